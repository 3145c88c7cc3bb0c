"""The forms of an opening balance."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from djmoney.money import Money

from ledger.forms import PostingForm
from ledger.models import Operation
from office.forms import NO_SUCH_DAY, AmountField

OWED, CREDIT = "owed", "credit"


class OpeningForm(PostingForm):
    """What a client owed, or had to spend, before Solde. Named as the refusals of the ledger name their fields."""

    operation_kind = Operation.Kind.OPENING

    side = forms.ChoiceField(
        label="Sens",
        choices=[(OWED, "Le client devait"), (CREDIT, "Le client avait à dépenser")],
        initial=OWED,
        widget=forms.RadioSelect,
    )
    amount = AmountField(
        label="Montant TTC",
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "placeholder": "0,00", "autocomplete": "off"}),
    )
    day = forms.DateField(
        label="Date comptable",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Le jour du solde\u00a0: en général, la veille du premier jour tenu dans Solde.",
        error_messages=NO_SUCH_DAY,
    )
    due = forms.DateField(
        label="Échéance",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="De ce que le client devait\u00a0: en retard dès le lendemain.",
        error_messages=NO_SUCH_DAY,
    )

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount < 0:
            raise forms.ValidationError("Écrivez le montant sans signe, et choisissez le sens.")
        return amount

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("side") == OWED and "due" in given and not given["due"]:
            self.add_error("due", "Ce que le client devait a une échéance.")
        return given

    def money(self, currency: str) -> Money:
        """The amount of a valid form: above 0 if the client owed it."""
        amount: Decimal = self.cleaned_data["amount"]
        return Money(amount if self.cleaned_data["side"] == OWED else -amount, currency)

    @property
    def due_day(self) -> date:
        """The due day of a valid form; of a credit, which has none, its own."""
        due: date = self.cleaned_data["due"] or self.cleaned_data["day"]
        return due


class RemoveOpeningForm(PostingForm):
    """That a client has no opening balance after all."""

    operation_kind = Operation.Kind.OPENING
