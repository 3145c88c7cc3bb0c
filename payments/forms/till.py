"""What is asked at the till and for the bank: a deposit, cash in or out, a closing."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property

from ledger.forms import PostingForm
from ledger.models import BankAccount, Operation
from ledger.queries import open_banks
from office.amounts import ZERO, format_plain
from office.filters import DAY
from office.forms import NO_SUCH_DAY, AmountField
from office.settings_forms import CHOICE
from payments.forms.rows import NUMBER
from payments.models import CashMove, Payment
from payments.services import Counted, Expected

# Coins and notes of the euro, in cents, and how they are called.
COINS = {
    50000: "500\u00a0€",
    20000: "200\u00a0€",
    10000: "100\u00a0€",
    5000: "50\u00a0€",
    2000: "20\u00a0€",
    1000: "10\u00a0€",
    500: "5\u00a0€",
    200: "2\u00a0€",
    100: "1\u00a0€",
    50: "50\u00a0c",
    20: "20\u00a0c",
    10: "10\u00a0c",
    5: "5\u00a0c",
    2: "2\u00a0c",
    1: "1\u00a0c",
}
COIN, COUNTED = "coin_", "counted_"


class DepositForm(PostingForm):
    """Which cheques or bills are handed to which bank, and when."""

    operation_kind = Operation.Kind.DEPOSIT

    payments: "forms.ModelMultipleChoiceField[Payment]" = forms.ModelMultipleChoiceField(
        Payment.objects.none(),
        label="Règlements",
        error_messages={
            "required": "Cochez ce que vous remettez à la banque.",
            "invalid_choice": "Un de ces règlements n’est plus en main\u00a0: rechargez la page.",
        },
    )
    bank = forms.ModelChoiceField(
        BankAccount.objects.none(),
        label="Compte bancaire",
        empty_label="Choisissez",
        error_messages={"invalid_choice": CHOICE, "required": "Choisissez le compte bancaire."},
    )
    on = forms.DateField(label="Date de remise", widget=DAY, error_messages=NO_SUCH_DAY)

    def __init__(self, *args: Any, payments: QuerySet[Payment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["payments"].queryset = payments  # type: ignore[attr-defined]
        self.fields["bank"].queryset = open_banks()  # type: ignore[attr-defined]

    @cached_property
    def chosen(self) -> set[str]:
        """The keys of the payments that are ticked."""
        field = self["payments"]
        return {str(key) for key in (field.data if self.is_bound else field.initial) or ()}


class CashMoveForm(PostingForm):
    """How much cash goes where, and why."""

    operation_kind = Operation.Kind.CLOSING

    kind = forms.ChoiceField(
        label="Nature",
        choices=CashMove.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": CHOICE, "required": CHOICE},
    )
    amount = AmountField(label="Montant", max_length=30, widget=forms.TextInput(attrs=NUMBER))
    on = forms.DateField(label="Date", widget=DAY, error_messages=NO_SUCH_DAY)
    bank = forms.ModelChoiceField(
        BankAccount.objects.none(),
        label="Compte bancaire",
        required=False,
        empty_label="Non précisé",
        error_messages={"invalid_choice": CHOICE},
    )
    reason = forms.CharField(label="Motif", max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bank"].queryset = open_banks()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        is_to_bank = given.get("kind") == CashMove.Kind.TO_BANK
        if is_to_bank and not given.get("bank") and "bank" not in self.errors:
            self.add_error("bank", "Choisissez le compte bancaire.")
        if not is_to_bank:
            given["bank"] = None
            if given.get("kind") and not given.get("reason", "").strip():
                self.add_error("reason", "Indiquez le motif.")
        return given


class ClosingForm(PostingForm):
    """What was counted in a till. told: what should be there; is_first: whether it was never closed."""

    operation_kind = Operation.Kind.CLOSING

    cash = AmountField(
        label="Espèces comptées",
        max_length=30,
        required=False,
        help_text="Vide, c’est la somme des pièces et billets ci-dessous.",
        widget=forms.TextInput(attrs=NUMBER),
    )
    reason = forms.CharField(label="Motif de l’écart", max_length=200, required=False)

    def __init__(self, data: Mapping[str, Any] | None, *, told: Expected, is_first: bool, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.told = told
        if is_first:
            self.fields["opening"] = AmountField(
                label="Fond de caisse à l’ouverture",
                max_length=30,
                required=False,
                widget=forms.TextInput(attrs=NUMBER),
            )
        for one in told.taken:
            if not one.is_cash:
                self.fields[f"{COUNTED}{one.type}"] = AmountField(
                    label=f"{one.label}\u00a0: compté",
                    max_length=30,
                    required=False,
                    initial=format_plain(one.amount),
                    widget=forms.TextInput(attrs=NUMBER),
                )
        for value, name in COINS.items():
            self.fields[f"{COIN}{value}"] = forms.IntegerField(
                label=name,
                required=False,
                min_value=0,
                max_value=100_000,
                error_messages={"invalid": "Écrivez un nombre entier."},
            )

    @property
    def coins(self) -> list[Any]:
        """The fields of coins and notes, from the largest on."""
        return [self[f"{COIN}{value}"] for value in COINS]

    @property
    def others(self) -> list[Any]:
        """The fields of what isn't cash."""
        return [self[name] for name in self.fields if name.startswith(COUNTED)]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("cash") is None and "cash" not in self.errors and not self.of_coins() and self.told.cash:
            self.add_error("cash", "Comptez les espèces, ou les pièces et billets.")
        return given

    def of_coins(self) -> Decimal:
        """What the coins and notes that are right so far come to."""
        given = getattr(self, "cleaned_data", {})
        cents = sum(value * (given.get(f"{COIN}{value}") or 0) for value in COINS)
        return Decimal(cents) / 100

    def counted(self) -> Counted:
        """What a valid form says."""
        given = self.cleaned_data
        return Counted(
            cash=self.of_coins() if given.get("cash") is None else given["cash"],
            coins={str(value): number for value in COINS if (number := given.get(f"{COIN}{value}"))},
            others={
                one.type: given[f"{COUNTED}{one.type}"]
                for one in self.told.taken
                if given.get(f"{COUNTED}{one.type}") is not None
            },
            opening=given.get("opening") or ZERO,
            reason=given.get("reason", "").strip(),
        )


class ThroughForm(forms.Form):
    """The day that a till is closed through, from the address."""

    through = forms.DateField(label="Clôturer jusqu’au", widget=DAY, error_messages=NO_SUCH_DAY)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["through"].widget.attrs["max"] = today.isoformat()

    def clean_through(self) -> date:
        through: date = self.cleaned_data["through"]
        if through > self.today:
            raise forms.ValidationError("La caisse d’un jour à venir ne se clôture pas.", "future")
        return through


class PeriodForm(PostingForm):
    """That a month or a year of a till is closed."""

    operation_kind = Operation.Kind.CLOSING
