"""Using a credit on an invoice, and settling many credit notes at once."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import QueryDict
from djmoney.money import Money

from ledger.forms import PostingForm
from ledger.models import OpenItem, Operation
from office.amounts import format_plain
from office.forms import AmountField
from payments.forms.rows import NUMBER

GONE = "Cet avoir n’est plus disponible\u00a0: il a été utilisé, réservé ou annulé entre-temps."


class KeyChoice(forms.TypedChoiceField):
    """A record by its key, shown as a choice; the service decides on one that is no longer offered.

    So a form that is sent twice leads to what the first made.
    """

    def valid_value(self, value: Any) -> bool:
        return str(value).isdigit() and len(str(value)) < 19


class KeyChoices(forms.TypedMultipleChoiceField):
    """Several of them."""

    def valid_value(self, value: Any) -> bool:
        return str(value).isdigit() and len(str(value)) < 19


class UseCreditForm(PostingForm):
    """Which of the client's credits is used on an invoice, and how much of it. left: of the invoice."""

    operation_kind = Operation.Kind.SET_OFF

    credit = KeyChoice(
        label="Avoir à utiliser",
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": GONE, "required": "Choisissez l’avoir à utiliser."},
    )
    amount = AmountField(label="Montant à utiliser", max_length=30, widget=forms.TextInput(attrs=NUMBER))

    def __init__(self, *args: Any, credits: Sequence[OpenItem], left: Decimal, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(item.pk, _told(item, currency)) for item in credits]
        self.fields["credit"].choices = choices  # type: ignore[attr-defined]
        if credits:
            first = credits[0]
            self.initial["credit"] = first.pk
            self.initial["amount"] = format_plain(min(first.open - first.reserved, left))

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount <= 0:
            raise forms.ValidationError("Écrivez un montant positif.", "positive")
        return amount


class SettleForm(PostingForm):
    """Which credit notes are settled: those that are ticked, or all that are listed. items: what may be ticked."""

    operation_kind = Operation.Kind.SETTLE_CREDITS

    credits = KeyChoices(
        label="Avoirs",
        coerce=int,
        required=False,
        error_messages={"invalid_choice": GONE},
    )
    everything = forms.BooleanField(label="Tous les avoirs de la liste, sur toutes ses pages", required=False)

    def __init__(self, *args: Any, items: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = list(items)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "credits" in given and not given["credits"] and not given.get("everything"):
            self.add_error("credits", "Cochez au moins un avoir.")
        return given

    @property
    def chosen(self) -> list[int]:
        """The items of a valid form."""
        return self.items if self.cleaned_data["everything"] else list(self.cleaned_data["credits"])

    @property
    def ticked(self) -> set[str]:
        """What is ticked as the form is shown."""
        return set(cast("QueryDict", self.data).getlist("credits")) if self.is_bound else set()


class UndoSettlingForm(PostingForm):
    """That a batch is undone."""

    operation_kind = Operation.Kind.UNDO_SETTLING


def _told(item: OpenItem, currency: str) -> str:
    free = Money(item.open - item.reserved, currency)
    return f"{item.get_kind_display()} {item.document.reference} du {item.day:%d/%m/%Y}\u00a0: {free} disponibles"
