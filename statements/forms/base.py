"""What the filters of all reports share: they come from the address; a period, a site."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from office.forms import NO_SUCH_DAY
from office.models import Site
from office.periods import Period, PeriodReversed, Preset, period_of
from office.settings_forms import CHOICE
from office.templatetags.ui import Tab
from statements.queries import Where

# « Depuis le début » stands first: of the presets, which are many, it is the one most often wanted.
PERIODS = [Preset.ALL, *(preset for preset in Preset if preset != Preset.ALL)]

NOWHERE = "aucun"


class DayField(forms.DateField):
    """A day that a report begins or ends with."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(required=False, widget=widget, error_messages=NO_SUCH_DAY, **options)


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
