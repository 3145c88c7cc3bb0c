"""Several visits of one client to invoice: which, on how many invoices, when, and when due."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property

from clients.terms import AGREED, Terms
from invoicing.forms.catalogue import DAY
from invoicing.models import Visit
from invoicing.services import Plan
from ledger.forms import PostingForm
from ledger.models import Operation
from office.forms import NO_SUCH_DAY
from office.settings_forms import CHOICE

EACH, TOGETHER = "each", "together"


class VisitsForm(PostingForm):
    """The visits that are ticked, all of those shown unless somebody chooses."""

    operation_kind = Operation.Kind.INVOICE

    visits = forms.ModelMultipleChoiceField(
        Visit.objects.none(),
        label="Visites",
        error_messages={
            "required": "Choisissez au moins une visite.",
            "invalid_choice": "Une de ces visites n’est plus à facturer\u00a0: rien n’a été créé.",
        },
    )
    how = forms.ChoiceField(
        label="Factures",
        choices=[(EACH, "Une facture par visite"), (TOGETHER, "Une seule facture pour toutes")],
        initial=EACH,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": CHOICE},
    )
    day = forms.DateField(label="Date des factures", widget=DAY, error_messages=NO_SUCH_DAY)
    terms = forms.ChoiceField(
        label="Conditions de règlement", choices=AGREED, error_messages={"invalid_choice": CHOICE}
    )

    def __init__(self, *args: Any, visits: QuerySet[Visit], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["visits"].queryset = visits  # type: ignore[attr-defined]
        self.fields["day"].widget.attrs["max"] = today.isoformat()

    @cached_property
    def chosen(self) -> set[str]:
        """The keys of the visits that are ticked."""
        field = self["visits"]
        return {str(key) for key in (field.data if self.is_bound else field.initial) or ()}

    @property
    def together(self) -> bool:
        """Whether a valid form asks for as few invoices as can be."""
        return bool(self.cleaned_data["how"] == TOGETHER)

    @property
    def plan(self) -> Plan:
        """The terms of a valid form."""
        return Plan(Terms(self.cleaned_data["terms"]))
