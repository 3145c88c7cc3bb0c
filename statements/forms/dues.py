"""What is asked of the schedule of dues, and what is changed in it."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from invoicing.models import Instalment
from ledger.models import BankAccount
from office.forms import SearchBox
from office.periods import Period, PeriodReversed
from office.settings_forms import CHOICE
from office.templatetags.ui import Tab
from payments.forms import InstalmentForm
from payments.models import PaymentType
from statements.forms.base import DayField, ReportForm, SiteField
from statements.queries import DuesWanted
from statements.tables import DueTable

ONE_DAY = timedelta(days=1)


class DuesForm(ReportForm):
    """What is asked of the schedule of dues; an empty address asks for the dues of this quarter."""

    by = forms.ChoiceField(
        label="Période de",
        choices=[("", "l’échéance"), ("prevu", "l’encaissement prévu")],
        required=False,
        error_messages={"invalid_choice": CHOICE},
    )
    start = DayField(label="Du")
    end = DayField(label="Au")
    client = forms.CharField(
        label="Client",
        required=False,
        max_length=120,
        widget=SearchBox(found="due_clients", attrs={"data-search-fills": ""}),
    )
    paid = forms.ChoiceField(
        label="Versé",
        choices=[("", "Oui et non"), ("oui", "Oui"), ("non", "Non")],
        required=False,
        error_messages={"invalid_choice": CHOICE},
    )
    bank = forms.ModelChoiceField(
        BankAccount.objects.order_by("label", "pk"),
        label="Compte bancaire",
        required=False,
        empty_label="Tous",
        error_messages={"invalid_choice": CHOICE},
    )
    way = forms.ModelChoiceField(
        PaymentType.objects.order_by("position", "code"),
        label="Type de règlement",
        required=False,
        empty_label="Tous",
        error_messages={"invalid_choice": CHOICE},
    )
    site = SiteField()
    reminder = forms.ChoiceField(
        label="Mode de relance",
        choices=[("", "Tous"), *Instalment.Reminder.choices],
        required=False,
        error_messages={"invalid_choice": CHOICE},
    )
    reference = forms.CharField(label="Document commençant par", required=False, max_length=60)

    FIRST = ("by", "start", "end", "client", "paid")  # in sight, the others behind a click

    def __init__(self, data: Mapping[str, Any], *, today: date) -> None:
        given = QueryDict(mutable=True)
        given.update({name: str(value) for name, value in data.items()})
        if not {"start", "end"} & given.keys():
            given.update({name: day.isoformat() for name, day in zip(("start", "end"), quarter(today), strict=True)})
        super().__init__(given, today=today)

    def address(self, **changed: str) -> str:
        """The same, telling apart « from the beginning » from an address that asks for nothing."""
        query = super().address(**changed)
        return query if "start=" in query or "end=" in query else f"{query}&start=".replace("?&", "?")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "start" in given and "end" in given:
            try:
                given["period"] = Period(given["start"], given["end"])
            except PeriodReversed as refusal:
                self.add_error(refusal.field, refusal.message)
        return given

    @property
    def first(self) -> list[BoundField]:
        """The fields that are in sight."""
        return [self[name] for name in self.FIRST]

    @property
    def others(self) -> list[BoundField]:
        """The fields behind a click."""
        return [bound for bound in self.visible_fields() if bound.name not in self.FIRST]

    @property
    def is_set_beyond(self) -> bool:
        """Whether one of the fields behind a click is used, well or badly."""
        return any(bound.value() for bound in self.others)

    @property
    def periods(self) -> list[Tab]:
        """What is most often asked for, as links."""
        start, end = (day.isoformat() for day in quarter(self.today))
        choices = {
            "Ce trimestre": {"start": start, "end": end, "paid": ""},
            "En retard": {"start": "", "end": (self.today - ONE_DAY).isoformat(), "paid": "non"},
            "30 jours à venir": {
                "start": self.today.isoformat(),
                "end": (self.today + 30 * ONE_DAY).isoformat(),
                "paid": "non",
            },
            "Toutes": {"start": "", "end": "", "paid": ""},
        }
        return [
            Tab(label, self.address(**asked), current=all(self.data.get(name, "") == asked[name] for name in asked))
            for label, asked in choices.items()
        ]

    def wanted(self) -> DuesWanted:
        """What a valid form asks for."""
        given = self.cleaned_data
        return DuesWanted(
            period=given["period"],
            planned=bool(given["by"]),
            client=given["client"],
            bank=given["bank"],
            way=given["way"],
            where=given["site"],
            paid={"oui": True, "non": False}.get(given["paid"]),
            reminder=given["reminder"],
            reference=given["reference"],
        )


def quarter(today: date) -> tuple[date, date]:
    """The first and the last day of the quarter of a day."""
    month = today.month - (today.month - 1) % 3
    start = today.replace(month=month, day=1)
    return start, (start + 93 * ONE_DAY).replace(day=1) - ONE_DAY


class CollectionForm(InstalmentForm):
    """One thing that is planned for an instalment, changed in its row."""

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {name: self.fields[name]}


class ColumnsForm(forms.Form):
    """The columns of the schedule that a user sees, of those that may be hidden."""

    shown = forms.MultipleChoiceField(
        label="Colonnes affichées",
        choices=list(DueTable.HIDEABLE.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": CHOICE},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, hidden: Collection[str] = ()) -> None:
        super().__init__(data, initial={"shown": [name for name in DueTable.HIDEABLE if name not in hidden]})

    def hidden(self) -> set[str]:
        """The columns that a valid form hides."""
        return set(DueTable.HIDEABLE) - set(self.cleaned_data["shown"])
