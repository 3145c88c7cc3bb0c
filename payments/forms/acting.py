"""What is asked before something is done with a payment, refund, incident or credit."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest

from ledger.forms import PostingForm
from ledger.models import Allocation, BankAccount, OpenItem, Operation
from ledger.queries import open_banks
from office.amounts import ZERO, format_plain
from office.filters import DAY
from office.forms import NO_SUCH_DAY, AmountField
from office.models import Role, User
from office.settings_forms import CHOICE
from payments.forms.rows import NUMBER, Rows
from payments.models import Incident, PaymentType
from payments.queries import active_types
from payments.services import Method, Wanted

REASON = "Indiquez le motif\u00a0: il reste dans l’historique."


class ReasonForm(PostingForm):
    """Why something is undone; kept with the operation. kind: of the operation."""

    reason = forms.CharField(label="Motif", max_length=200, error_messages={"required": REASON})

    def __init__(self, *args: Any, kind: Operation.Kind, needed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["reason"].required = needed

    def operation(self, request: HttpRequest) -> Operation:
        """The operation of a valid form, with its reason."""
        op = super().operation(request)
        op.kind, op.reason = self.kind, self.cleaned_data["reason"].strip()
        return op

    operation_kind = Operation.Kind.CANCEL_PAYMENT


class DetachForm(ReasonForm):
    """Why an allocation is detached, and on which debts its credit is set at once instead, if on any."""

    def __init__(self, data: Mapping[str, Any] | None, *, allocation: Allocation, **kwargs: Any) -> None:
        super().__init__(data, kind=Operation.Kind.DETACH, **kwargs)
        debit = allocation.debit
        self.rows = Rows(
            data, account=allocation.account, party=debit.party_id, debts_only=True, freed={debit.pk: allocation.amount}
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.rows.is_valid():
            for fault in self.rows.faults or ["Documents\u00a0: corrigez les montants signalés."]:
                self.add_error(None, fault)
        return given

    def settles(self) -> list[Wanted]:
        """The debts that a valid form sets the credit on."""
        return self.rows.wanted()

    def digest(self) -> str:
        return self.rows.digest(super().digest())


class IncidentForm(PostingForm):
    """When and why a payment bounced, and what is charged for it."""

    operation_kind = Operation.Kind.INCIDENT

    on = forms.DateField(label="Date de l’incident", widget=DAY, error_messages=NO_SUCH_DAY)
    reason = forms.ChoiceField(
        label="Motif",
        choices=Incident.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": CHOICE, "required": CHOICE},
    )
    fee = AmountField(
        label="Frais à facturer au client",
        max_length=30,
        required=False,
        help_text="Sans TVA. Vide ou 0\u00a0: aucun frais.",
        widget=forms.TextInput(attrs=NUMBER),
    )

    def clean_fee(self) -> Decimal:
        fee: Decimal = self.cleaned_data["fee"] or ZERO
        if fee < 0:
            raise forms.ValidationError("Les frais ne peuvent pas être négatifs.", "negative")
        return fee


class RefundForm(PostingForm):
    """How much of a credit is paid back, when and how. left: what can be, which the service knows for sure."""

    operation_kind = Operation.Kind.REFUND

    amount = AmountField(label="Montant à rembourser", max_length=30, widget=forms.TextInput(attrs=NUMBER))
    on = forms.DateField(label="Date de règlement", widget=DAY, error_messages=NO_SUCH_DAY)
    type = forms.ModelChoiceField(
        PaymentType.objects.none(),
        label="Type de règlement",
        empty_label="Choisissez",
        error_messages={"invalid_choice": CHOICE, "required": "Choisissez le type de règlement."},
    )
    bank = forms.ModelChoiceField(
        BankAccount.objects.none(),
        label="Compte bancaire",
        required=False,
        empty_label="Non précisé",
        error_messages={"invalid_choice": CHOICE},
    )
    reference = forms.CharField(label="Référence", required=False, max_length=60)

    def __init__(self, *args: Any, left: Decimal, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].queryset = active_types()  # type: ignore[attr-defined]
        self.fields["bank"].queryset = open_banks()  # type: ignore[attr-defined]
        self.initial.setdefault("amount", format_plain(left))
        self.initial.setdefault("on", on)

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount <= 0:
            raise forms.ValidationError("Écrivez un montant positif.", "positive")
        return amount

    def method(self) -> Method:
        """What a valid form says."""
        given = self.cleaned_data
        return Method(given["amount"], given["type"], given["bank"], given["reference"].strip())


class UseForm(PostingForm):
    """Répartir un avoir: on which debts it is used, how much is paid back and how much kept for the next invoice.

    by: who does it: money back needs an accountant. credit: the item that is used.
    """

    operation_kind = Operation.Kind.SET_OFF

    reserved = AmountField(
        label="Réserver pour la prochaine facture",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs=NUMBER),
        help_text="Utilisé d’office à son émission.",
    )
    refunded = AmountField(label="Rembourser", max_length=30, required=False, widget=forms.TextInput(attrs=NUMBER))
    type = forms.ModelChoiceField(
        PaymentType.objects.none(),
        label="Type de règlement",
        required=False,
        empty_label="Choisissez",
        error_messages={"invalid_choice": CHOICE},
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        credit: OpenItem,
        by: User,
        chosen: Mapping[int, Decimal] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.credit = credit
        self.rows = Rows(data, account=credit.account, party=credit.party_id, debts_only=True)
        for form in self.rows.forms if data is None else ():
            if amount := (chosen or {}).get(form.item.pk):
                form.initial["amount"] = format_plain(min(amount, form.left))
        if by.may(Role.ACCOUNTANT):
            self.fields["type"].queryset = active_types()  # type: ignore[attr-defined]
        else:
            del self.fields["refunded"], self.fields["type"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in ("reserved", "refunded"):
            if (given.get(name) or ZERO) < 0:
                self.add_error(name, "Écrivez un montant positif.")
        if given.get("refunded") and not given.get("type"):
            self.add_error("type", "Choisissez le type de règlement.")
        if not self.rows.is_valid():
            for fault in self.rows.faults or ["Documents\u00a0: corrigez les montants signalés."]:
                self.add_error(None, fault)
        return given

    def settles(self) -> list[Wanted]:
        """The debts that a valid form uses it on."""
        return self.rows.wanted()

    def refund(self) -> Method | None:
        """What a valid form pays back."""
        amount = self.cleaned_data.get("refunded")
        return Method(amount, self.cleaned_data["type"]) if amount else None

    def digest(self) -> str:
        return self.rows.digest(super().digest())


class WriteOffForm(PostingForm):
    """How much of a small difference is written off."""

    operation_kind = Operation.Kind.WRITE_OFF

    amount = AmountField(label="Écart à solder", max_length=30, widget=forms.TextInput(attrs=NUMBER))

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount <= 0:
            raise forms.ValidationError("Écrivez un montant positif.", "positive")
        return amount


class ReleaseForm(PostingForm):
    """That a reserved part of a credit is free again."""

    operation_kind = Operation.Kind.RESERVE
