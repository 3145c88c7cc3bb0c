"""What reports are asked by, from their address: a period, a site, and what each adds."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from invoicing.models import Instalment
from ledger.models import BankAccount
from office.forms import SearchBox
from office.models import Site
from office.periods import Period, PeriodReversed, Preset, period_of
from office.settings_forms import CHOICE
from office.templatetags.ui import Tab
from payments.forms import InstalmentForm
from payments.models import PaymentType
from statements.queries import Basis, DuesWanted, Wanted, Where
from statements.tables import DueTable
from statements.vat_paper import SALES_LABELS

# « Depuis le début » stands first: of the presets, which are many, it is the one most often wanted.
PERIODS = [Preset.ALL, *(preset for preset in Preset if preset != Preset.ALL)]

ONE_DAY = timedelta(days=1)
NOWHERE = "aucun"
NO_DATE = "Cette date n’existe pas\u00a0: écrivez-la comme 31/01/2026."


class DayField(forms.DateField):
    """A day that a report begins or ends with."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(required=False, widget=widget, error_messages={"invalid": NO_DATE}, **options)


class SiteField(forms.ChoiceField):
    """The site of a report: one, none, or all."""

    def __init__(self, **options: Any) -> None:
        super().__init__(label="Établissement", required=False, error_messages={"invalid_choice": CHOICE}, **options)

    def offer(self) -> None:
        """Ask the database for the sites, closed ones too: their operations stay."""
        self.sites = {str(site.pk): site for site in Site.objects.order_by("name", "pk")}
        named = [(key, str(site)) for key, site in self.sites.items()]
        self.choices = [("", "Tous"), *named, (NOWHERE, "Sans établissement")]

    def clean(self, value: Any) -> Where:
        chosen = super().clean(value)
        return Where(self.sites.get(chosen), nowhere=chosen == NOWHERE)


class ReportForm(forms.Form):
    """The filters of a report. They are always bound: an empty address asks for what each begins with."""

    def __init__(self, data: Mapping[str, Any], *, today: date) -> None:
        super().__init__(data)
        self.today = today
        for field in self.fields.values():
            if isinstance(field, SiteField):
                field.offer()

    def address(self, **changed: str) -> str:
        """The query of the same report with some filters otherwise, from its first page."""
        query = QueryDict(mutable=True)
        asked = {name: self.data.get(name, "") for name in self.fields} | self.instead() | changed
        query.update({name: value for name, value in asked.items() if value})
        return f"?{query.urlencode()}"

    def instead(self) -> dict[str, str]:
        """What an address says otherwise than the fields do."""
        return {}


class PeriodForm(ReportForm):
    """Filters with a period: a preset, or free dates, which count before it. BEGINS: what it is without either."""

    BEGINS = Preset.ALL

    period = forms.ChoiceField(choices=Preset.choices, required=False, widget=forms.HiddenInput)
    start = DayField(label="Du")
    end = DayField(label="Au")

    def __init__(self, data: Mapping[str, Any], *, today: date) -> None:
        given = QueryDict(mutable=True)
        given.update({name: str(value) for name, value in data.items()})
        self.preset = ""
        if not (given.get("start") or given.get("end")):
            asked = given.get("period") or ("start" in given and Preset.ALL.value) or self.BEGINS.value
            self.preset = asked if asked in Preset.values else ""
            if self.preset:
                chosen = period_of(Preset(self.preset), today)
                given["start"], given["end"] = (day.isoformat() if day else "" for day in (chosen.start, chosen.end))
        super().__init__(given, today=today)

    def instead(self) -> dict[str, str]:
        return {"period": self.preset, "start": "", "end": ""} if self.preset else {"period": ""}

    def clean_period(self) -> str:
        return self.preset

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.has_error("period"):
            self.add_error("start", "Cette période n’existe pas\u00a0: choisissez-en une autre, ou des dates.")
        elif "start" in given and "end" in given:
            try:
                given["period"] = Period(given["start"], given["end"])
            except PeriodReversed as refusal:
                self.add_error(refusal.field, refusal.message)
        return given

    @property
    def periods(self) -> list[Tab]:
        """The preset periods as links."""
        return [
            Tab(
                Preset(value).label,
                self.address(period=value, start="", end=""),
                current=value == self.preset,
            )
            for value in PERIODS
        ]


class ExtractForm(PeriodForm):
    """What is asked of a client's statement."""

    basis = forms.ChoiceField(
        label="Montants", choices=Basis.choices, required=False, error_messages={"invalid_choice": CHOICE}
    )
    site = SiteField()
    unsettled = forms.BooleanField(label="Seulement ce qui n’est pas soldé", required=False)
    pairs = forms.ChoiceField(
        label="Pièces annulées",
        choices=[("", "Avec leur annulation"), ("non", "Sans")],
        required=False,
        error_messages={"invalid_choice": CHOICE},
    )

    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        given = self.cleaned_data
        return Wanted(
            period=given["period"],
            basis=Basis(given["basis"] or Basis.TTC),
            where=given["site"],
            unsettled=given["unsettled"],
            pairs=not given["pairs"],
        )


class ChooseForm(forms.Form):
    """The client whose statement is wanted: what is typed finds it."""

    q = forms.CharField(label="Client", required=False, max_length=120, widget=SearchBox(found="extract_search"))


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


class AgedForm(ReportForm):
    """The day and the site of the aged balance."""

    day = DayField(label="Situation au")
    site = SiteField()
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any], *, today: date) -> None:
        given = QueryDict(mutable=True)
        given.update({name: str(value) for name, value in data.items()})
        given["day"] = given.get("day") or today.isoformat()
        super().__init__(given, today=today)
        self.fields["day"].widget.attrs["max"] = today.isoformat()

    def clean_day(self) -> date:
        on: date = self.cleaned_data["day"]
        if on > self.today:
            raise forms.ValidationError(f"Le {on:%d/%m/%Y} est à venir\u00a0: choisissez un jour passé.", "future")
        return on

    @property
    def on(self) -> date | None:
        """The past day of a valid form; None for today, which counts everything posted."""
        on: date = self.cleaned_data["day"]
        return on if on < self.today else None

    @property
    def where(self) -> Where:
        """The site of a valid form."""
        where: Where = self.cleaned_data["site"]
        return where


class AgeingForm(forms.Form):
    """The last day of each class of the aged balance."""

    NAMES = ("first", "second", "third")

    first, second, third = (
        forms.IntegerField(
            label=f"{rank} tranche, jusqu’à (jours)",
            min_value=1,
            max_value=999,
            error_messages={"invalid": "Écrivez un nombre entier de jours."},
        )
        for rank in ("Première", "Deuxième", "Troisième")
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for before, name in pairwise(self.NAMES):
            if before in given and name in given and given[name] <= given[before]:
                self.add_error(name, f"Cette tranche finit après la précédente\u00a0: plus de {given[before]} jours.")
        return given

    def limits(self) -> str:
        """What a valid form says, as the setting keeps it."""
        return ", ".join(str(self.cleaned_data[name]) for name in self.NAMES)


class MonthForm(PeriodForm):
    """A period, this month unless said, and a site."""

    BEGINS = Preset.THIS_MONTH

    site = SiteField()

    @property
    def asked(self) -> Period:
        """The period of a valid form."""
        period: Period = self.cleaned_data["period"]
        return period

    @property
    def where(self) -> Where:
        """The site of a valid form."""
        where: Where = self.cleaned_data["site"]
        return where


class WalkInForm(MonthForm):
    """What is asked of the statement of walk-in clients."""


class ExpectedForm(ReportForm):
    """What is asked of what is expected: by week or month, and of which site."""

    by = forms.ChoiceField(
        label="Par",
        choices=[("", "semaine"), ("mois", "mois")],
        required=False,
        error_messages={"invalid_choice": CHOICE},
    )
    site = SiteField()

    @property
    def by_month(self) -> bool:
        """Whether a valid form asks for months."""
        return bool(self.cleaned_data["by"])

    @property
    def where(self) -> Where:
        """The site of a valid form."""
        where: Where = self.cleaned_data["site"]
        return where


class SalesForm(MonthForm):
    """What is asked of the journal of sales."""

    told_by = forms.ChoiceField(
        label="Par",
        choices=list(SALES_LABELS.items()),
        required=False,
        error_messages={"invalid_choice": CHOICE},
    )

    @property
    def by(self) -> str:
        """What a valid form asks the sales to be told by."""
        by: str = self.cleaned_data["told_by"] or "rate"
        return by


class BooksForm(MonthForm):
    """What is asked of the grand livre: of some clients alone, if wanted."""

    client = forms.CharField(
        label="Client",
        required=False,
        max_length=120,
        widget=SearchBox(found="due_clients", attrs={"data-search-fills": ""}),
    )
