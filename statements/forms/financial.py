"""What the tab Financier is filtered by, from its address."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from office.amounts import NO_BREAK
from office.periods import Period, PeriodReversed, Preset, period_of
from office.settings_forms import CHOICE
from statements.elements import Operations, Type, search_label
from statements.forms.base import PERIODS, DayField
from statements.queries.financial import Asked

DATES = "dates"  # the choice of a period that is neither of the presets
LONGEST = 120
CONTROLS = "statements/financial/_controls.html"

# The fields in HTML, by what is chosen in them: a period, operations, and one type at most.
_written: dict[tuple[str, ...], SafeString] = {}


class FinancialFilter(forms.Form):
    """The filters of the tab, which add up. It is always bound: an empty address asks for what each begins with.

    today: the day from which the periods are counted, a past one if the tab is as of it.
    """

    period = forms.ChoiceField(
        label="Période",
        choices=[*((preset.value, preset.label) for preset in PERIODS), (DATES, "Dates libres")],
        error_messages={"invalid_choice": CHOICE},
    )
    start = DayField(label="Du")
    end = DayField(label="Au")
    operations = forms.ChoiceField(
        label="Opérations", choices=Operations.choices, error_messages={"invalid_choice": CHOICE}
    )
    type = forms.MultipleChoiceField(
        label="Éléments",
        choices=Type.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": CHOICE},
    )
    q = forms.CharField(
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Nom de l’article"}),
    )

    def __init__(self, data: QueryDict, *, today: date) -> None:
        given = data.copy()
        if not given.get("period"):
            given["period"] = DATES if given.get("start") or given.get("end") else Preset.ALL.value
        if not given.get("operations"):
            given["operations"] = Operations.CURRENT.value
        super().__init__(given, auto_id="filter_%s")
        self.today = today
        self.fields["q"].label = search_label(self.types)

    @property
    def types(self) -> list[Type]:
        """The types of elements that are chosen, none for all."""
        chosen = self.data.getlist("type") if isinstance(self.data, QueryDict) else []
        return [one for one in Type if one.value in chosen]

    @property
    def is_searched(self) -> bool:
        """Whether a text can be looked for: once a type is chosen, or as long as there is a text."""
        return bool(self.types or self.data.get("q"))

    @property
    def search_label(self) -> str:
        """What the search in articles is called."""
        return search_label(self.types)

    @property
    def controls(self) -> SafeString:
        """Its fields in HTML: as long as all is chosen and nothing typed, written once for all clients."""
        state = (self.data.get("period", ""), self.data.get("operations", ""), *self.types)
        said = any(self.data.get(name) for name in ("start", "end", "q"))
        if said or self.errors or len(self.types) > 1:
            return render_to_string(CONTROLS, {"form": self})
        if state not in _written:
            _written[state] = render_to_string(CONTROLS, {"form": self})
        return _written[state]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "period" in given and given["period"] != DATES:
            given["period"] = period_of(Preset(given["period"]), self.today)
        elif "start" in given and "end" in given:
            try:
                given["period"] = Period(given["start"], given["end"])
            except PeriodReversed as refusal:
                self.add_error(refusal.field, refusal.message)
        return given

    def asked(self) -> Asked:
        """What valid filters ask for."""
        given = self.cleaned_data
        return Asked(given["period"], Operations(given["operations"]), self.types, given["q"])

    def told(self) -> list[str]:
        """What valid filters ask for, in words."""
        asked = self.asked()
        said = [str(asked.period), asked.operations.label.lower()]
        said += [", ".join(one.label.lower() for one in asked.types)] if asked.types else []
        return said + ([f"« {asked.text} »".replace(" ", NO_BREAK)] if asked.text else [])

    def address(self, **changed: Any) -> str:
        """The query of the tab with some filters otherwise; those that are as they begin are left out."""
        asked: Mapping[str, Any] = {
            "on": self.data.get("on", ""),
            "period": self._unless("period", Preset.ALL),
            "start": self.data.get("start", "") if self.data.get("period") == DATES else "",
            "end": self.data.get("end", "") if self.data.get("period") == DATES else "",
            "operations": self._unless("operations", Operations.CURRENT),
            "type": [one.value for one in self.types],
            "q": self.data.get("q", ""),
            **changed,
        }
        query = QueryDict(mutable=True)
        for name, value in asked.items():
            query.setlist(name, [one for one in ([value] if isinstance(value, str) else value) if one])
        return f"?{query.urlencode()}"

    def _unless(self, name: str, usual: str) -> str:
        value: str = self.data.get(name, "")
        return "" if value == usual else value
