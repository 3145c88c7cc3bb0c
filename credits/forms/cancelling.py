"""Cancelling an invoice."""

from typing import Any

from django import forms

from ledger.forms import PostingForm
from ledger.models import Operation
from office.settings_forms import CHOICE

OK, KEEP = "ok", "keep"


class VisitsForm(PostingForm):
    """Whether the visits of an invoice are dissociated from it; asked where there are some."""

    visits = forms.ChoiceField(
        label="Désassocier les visites rattachées à cette facture\u202f?",
        choices=[
            (OK, "OK\u00a0: les visites seront de nouveau à facturer"),
            (KEEP, "Annuler\u00a0: elles restent rattachées à la facture"),
        ],
        widget=forms.RadioSelect,
        help_text="Désassocier les visites d’une facture permet de les refacturer ensuite.",
        error_messages={"invalid_choice": CHOICE},
    )

    def __init__(self, *args: Any, has_visits: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_visits:
            del self.fields["visits"]

    @property
    def frees_visits(self) -> bool:
        """Whether a valid form says OK."""
        return self.cleaned_data.get("visits") == OK


class CancelInvoiceForm(VisitsForm):
    """That an invoice is to be cancelled."""

    operation_kind = Operation.Kind.CANCEL_INVOICE
