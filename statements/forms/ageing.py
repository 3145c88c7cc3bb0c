"""What is asked of the aged balance, and its classes."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from django import forms
from django.http import QueryDict

from statements.forms.base import DayField, ReportForm, SiteField
from statements.queries import Where


class AgedForm(ReportForm):
    """The day and the site of the aged balance."""

    day = DayField(label="Situation au")
    site = SiteField()
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any], *, today: date) -> None:
        given = QueryDict(mutable=True)
        given.update({name: str(value) for name, value in data.items()})
        given["day"] = given.get("day") or today.isoformat()
        given["sort"] = given.get("sort", "").replace("\0", "")  # an order that there is none of is passed over
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
