"""What is asked of the reports that are one table."""

from django import forms

from office.forms import SearchBox
from office.settings_forms import CHOICE
from statements.forms.base import MonthForm, ReportForm, SiteField
from statements.paper import SALES_LABELS
from statements.queries import Where


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
