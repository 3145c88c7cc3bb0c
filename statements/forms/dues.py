"""What is asked of the schedule of dues, and what is changed in it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from invoicing.models import Instalment
from ledger.models import BankAccount
from office.amounts import format_number
from office.columns import ColumnFilter, column_filter
from office.forms import AmountField, SearchBox
from office.periods import Period, PeriodReversed
from office.settings_forms import CHOICE
from office.templatetags.ui import Tab
from payments.forms import InstalmentForm
from payments.models import PaymentType
from statements.forms.base import DayField, ReportForm, SiteField
from statements.queries import DuesWanted
from statements.tables import DueTable

ONE_DAY = timedelta(days=1)
NUMBER = {"inputmode": "decimal", "autocomplete": "off", "size": 10}


def _from_to(label: str) -> tuple[AmountField, AmountField]:
    """The fields of the least and the greatest amount of a column."""
    least, most = (
        AmountField(label=f"{label} {which}", required=False, max_length=20, widget=forms.TextInput(attrs=NUMBER))
        for which in ("à partir de", "jusqu’à")
    )
    return least, most


class DuesForm(ReportForm):
    """What is asked of the schedule of dues; an empty address asks for the dues of this quarter.

    order: the part of the address that says it, as « &sort=due ».
    """

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
    code = forms.CharField(label="Code", required=False, max_length=20)
    planned_since, planned_until = DayField(label="Règlement du"), DayField(label="Règlement au")
    reference = forms.CharField(label="Document commençant par", required=False, max_length=60)
    due_since, due_until = DayField(label="Échéance du"), DayField(label="Échéance au")
    amount_min, amount_max = _from_to("Montant")
    left_min, left_max = _from_to("Reste dû")
    note = forms.CharField(label="Note contenant", required=False, max_length=120)

    FIRST = ("by", "start", "end", "client", "paid")  # in sight
    MORE = ("bank", "way", "site")  # behind a click; all others in the headings
    COLUMNS: Mapping[str, Sequence[str]] = {
        "code": ("code",),
        "planned": ("planned_since", "planned_until"),
        "document": ("reference",),
        "client": ("client",),
        "due": ("due_since", "due_until"),
        "shown": ("amount_min", "amount_max"),
        "paid": ("paid",),
        "open": ("left_min", "left_max"),
        "way": ("way",),
        "reminder": ("reminder",),
        "note": ("note",),
    }

    def __init__(self, data: Mapping[str, Any], *, today: date, order: str = "") -> None:
        self.order = order
        given = QueryDict(mutable=True)
        given.update({name: str(value) for name, value in data.items()})
        if not {"start", "end"} & given.keys():
            given.update({name: day.isoformat() for name, day in zip(("start", "end"), quarter(today), strict=True)})
        super().__init__(given, today=today)

    def address(self, **changed: str) -> str:
        """The same, telling apart « from the beginning » from an address that asks for nothing."""
        query = super().address(**changed)
        return query if "start=" in query or "end=" in query else f"{query}&start=".replace("?&", "?")

    def clean_code(self) -> int | None:
        """The key of a row by its code, with or without what all codes begin with."""
        text = self.cleaned_data["code"].strip().upper().removeprefix("ECH-")
        if text and not (text.isascii() and text.isdecimal() and int(text) < 2**63):
            raise forms.ValidationError("Un code s’écrit comme ECH-000123.", "code")
        return int(text) if text else None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name, (start, end) in {
            "period": ("start", "end"),
            "due": ("due_since", "due_until"),
            "expected": ("planned_since", "planned_until"),
        }.items():
            if start in given and end in given:
                try:
                    given[name] = Period(given[start], given[end])
                except PeriodReversed as refusal:
                    self.add_error(end, refusal.message)
        for least, most in (("amount_min", "amount_max"), ("left_min", "left_max")):
            low, high = given.get(least), given.get(most)
            if low is not None and high is not None and high < low:
                self.add_error(most, f"Écrivez un montant à partir de {format_number(low)}.")
        return given

    @property
    def first(self) -> list[BoundField]:
        """The fields that are in sight, and those of headings that were refused."""
        in_sight = {*self.FIRST, *(name for name in self.errors if name not in self.MORE)}
        return [bound for bound in self.visible_fields() if bound.name in in_sight]

    @property
    def others(self) -> list[BoundField]:
        """The fields behind a click."""
        return [self[name] for name in self.MORE]

    @property
    def elsewhere(self) -> list[tuple[str, str]]:
        """What is asked by fields that stand in headings alone, to be sent along."""
        shown = {bound.name for bound in (*self.first, *self.others)}
        kept = [(name, self.data[name]) for name in self.fields if name not in shown and self.data.get(name)]
        return kept + parse_qsl(self.order)

    @property
    def headings(self) -> dict[str, ColumnFilter]:
        """The filter of each column, by its name."""
        return {
            name: column_filter(self, fields, kept=f"{self.address(**dict.fromkeys(fields, ''))}{self.order}")
            for name, fields in self.COLUMNS.items()
        }

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
            code=given["code"],
            due=given["due"],
            expected=given["expected"],
            amount=(given["amount_min"], given["amount_max"]),
            left=(given["left_min"], given["left_max"]),
            note=given["note"],
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
