"""Paramètres > Comptabilité > Règlements: the ways to pay, the fee of an incident, the limit of small differences."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from ledger.models import GeneralAccount, Journal
from office.filters import DAY
from office.forms import NO_SUCH_DAY, AmountField
from office.settings_forms import CHOICE, SettingsForm
from payments.forms.rows import NUMBER
from payments.models import PaymentType

WAYS = [(Journal.Kind.BANK.value, Journal.Kind.BANK.label), (Journal.Kind.CASH.value, Journal.Kind.CASH.label)]


class PaymentTypeForm(SettingsForm):
    """A way to pay; once there it keeps its code, and what was paid by it the account that it was booked on."""

    class Meta:
        model = PaymentType
        fields = ["code", "label", "account", "journal", "needs_reference", "position", "is_active"]
        help_texts = {
            "code": "Court, en minuscules\u00a0: cheque, carte_2… Il ne change plus ensuite.",
            "account": "Où va l’argent\u00a0: 512 banque, 530 caisse, 5112 chèques à encaisser, 5113 effets.",
        }
        error_messages = {"code": {"unique": "Un autre type porte déjà ce code."}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].disabled = bool(self.instance.pk)
        self.fields["account"] = forms.ModelChoiceField(
            GeneralAccount.objects.filter(is_receivable=False).order_by("code"),
            label="Compte",
            help_text=self.Meta.help_texts["account"],
            empty_label="Choisissez",
            error_messages={"invalid_choice": CHOICE},
        )
        self.fields["journal"] = forms.ChoiceField(
            label="Journal", choices=WAYS, error_messages={"invalid_choice": CHOICE}
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        account = given.get("account")
        if account is not None and (given.get("journal") == Journal.Kind.CASH) != account.code.startswith("53"):
            self.add_error("account", "Un compte de caisse (53…) va avec le journal de caisse, et lui seul.")
        return given


class PaymentSettingsForm(forms.Form):
    """What is charged for an incident, and how much may be written off, from a day on."""

    incident_fee = AmountField(
        label="Frais d’incident par défaut",
        max_length=20,
        help_text="Sans TVA, facturés au client quand un règlement est rejeté.",
        widget=forms.TextInput(attrs=NUMBER),
    )
    difference_limit = AmountField(
        label="Plus grand écart qui peut être soldé",
        max_length=20,
        help_text="0,00\u00a0: aucun écart ne peut l’être.",
        widget=forms.TextInput(attrs=NUMBER),
    )
    valid_from = forms.DateField(label="En vigueur depuis le", widget=DAY, error_messages=NO_SUCH_DAY)

    def clean_incident_fee(self) -> Decimal:
        return self._positive("incident_fee")

    def clean_difference_limit(self) -> Decimal:
        return self._positive("difference_limit")

    def _positive(self, name: str) -> Decimal:
        amount: Decimal = self.cleaned_data[name]
        if amount < 0:
            raise forms.ValidationError("Écrivez 0 ou plus.", "negative")
        return amount

    def valid(self) -> date:
        """The day from which a valid form holds."""
        day: date = self.cleaned_data["valid_from"]
        return day
