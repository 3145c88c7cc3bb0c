"""The open documents under a règlement, each with the amount of it that is to be settled."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django import forms

from ledger.models import ClientAccount, OpenItem
from ledger.queries import was_submitted
from office.amounts import ZERO, format_amount, format_plain, parse_amount
from office.errors import SoldeError
from office.forms import AmountField, digest_of
from payments.queries import open_for_payment
from payments.services import ForeignItem, Wanted

PREFIX = "item-"
FILLED = "filled-"  # what Solde filled in itself, by the same keys
NUMBER = {"inputmode": "decimal", "autocomplete": "off", "placeholder": "0,00", "size": 10}


class RowForm(forms.Form):
    """The amount to settle of one document: positive of a debt, negative of a credit, VAT included.

    freed: what of it is open again once the payment that is edited is gone, 0 or more. is_settled: whether the form has
    been booked already, so that what is left says nothing about it.
    """

    amount = AmountField(label="Montant à imputer", max_length=30, required=False, widget=forms.TextInput(attrs=NUMBER))

    filled = ""  # what Solde filled in itself

    def __init__(
        self, *args: Any, item: OpenItem, freed: Decimal = ZERO, is_settled: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.item, self.freed, self.is_settled = item, freed, is_settled
        what = f"{item.get_kind_display()} {item.document.reference}"
        self.fields["amount"].widget.attrs["aria-label"] = f"Montant à imputer sur {what}"

    def add_prefix(self, field_name: str) -> str:  # noqa: ARG002 - there is but one
        return f"{PREFIX}{self.item.pk}"

    @property
    def left(self) -> Decimal:
        """What can be settled of it: a credit is below 0."""
        free = self.item.open - self.item.reserved + self.freed
        return free if self.item.is_debit else -free

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"] or ZERO
        if amount and (amount > 0) != self.item.is_debit:
            sign = "positif" if self.item.is_debit else "négatif"
            raise forms.ValidationError(f"Ce montant doit être {sign}.", "sign")
        if abs(amount) > abs(self.left) and not self.is_settled:
            word = "reste dû" if self.item.is_debit else "reste disponible"
            raise forms.ValidationError(f"{word} {format_amount(abs(self.left), self.item.account.currency)}", "left")
        return amount


@dataclass(frozen=True, slots=True)
class Sums:
    """What is typed beside documents: of debts, and of credits (below 0)."""

    debts: Decimal
    credits: Decimal

    @property
    def net(self) -> Decimal:
        """What money is needed for it."""
        return self.debts + self.credits


class Rows:
    """The open documents of a client's account, and those that were typed beside but aren't open any more.

    data: what was sent; None for a new form. chosen: the items to settle whole in a new form. debts_only: what a
    credit, of the passer-by `party` if it is one's, can be used on. settled: what the payment that is edited settles
    of items, credits below 0. freed: what of items is open again once an allocation is detached.
    """

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        account: ClientAccount,
        chosen: Iterable[int] = (),
        party: int | None = None,
        debts_only: bool = False,
        settled: Mapping[int, Decimal] | None = None,
        freed: Mapping[int, Decimal] | None = None,
    ) -> None:
        self.data = data
        settled, freed = settled or {}, freed or {}
        wanted = set(chosen)
        typed = _typed_keys(data or {})
        found = open_for_payment(account, [*typed, *wanted, *settled, *freed])
        if debts_only:
            found = [item for item in found if item.is_debit and item.party_id == party]
        self.items = found
        self.unknown = typed - {item.pk for item in self.items}
        initial = {item.pk: _plain(item) for item in self.items if item.pk in wanted}
        initial |= {key: format_plain(amount) for key, amount in settled.items()}
        sent_again = data is not None and was_submitted(str(data.get("key", "")))
        self.forms = [
            RowForm(
                data,
                item=item,
                is_settled=sent_again,
                freed=abs(settled.get(item.pk, ZERO)) + freed.get(item.pk, ZERO),
                initial={"amount": initial.get(item.pk, "")},
            )
            for item in self.items
        ]
        for form in self.forms:
            key = form.item.pk
            form.filled = initial.get(key, "") if data is None else str(data.get(f"{FILLED}{key}", ""))[:30]

    def __iter__(self) -> Any:
        return iter(self.forms)

    def __len__(self) -> int:
        return len(self.forms)

    def is_valid(self) -> bool:
        """Whether each amount can be settled of its document, and each document is the client's."""
        return not self.unknown and all(form.is_valid() for form in self.forms)

    @property
    def faults(self) -> list[str]:
        """What is wrong with the rows as a whole."""
        return [ForeignItem().message] if self.unknown else []

    def wanted(self) -> list[Wanted]:
        """What valid rows ask for."""
        return [Wanted(form.item.pk, amount) for form in self.forms if (amount := form.cleaned_data["amount"])]

    def digest(self, of_form: str) -> str:
        """The digest of a valid form and what its rows ask for."""
        wanted = sorted((one.item, one.amount) for one in self.wanted())
        return digest_of({"form": of_form, "rows": [list(one) for one in wanted]})

    def sums(self) -> Sums:
        """What the rows that are right so far come to."""
        amounts = [self._amount(form) for form in self.forms]
        return Sums(sum((a for a in amounts if a > 0), ZERO), sum((a for a in amounts if a < 0), ZERO))

    def refuse(self, item: int, message: str) -> bool:
        """Tell a refusal beside the document that it is about; whether that is one of these."""
        for form in self.forms:
            if form.item.pk == item:
                form.is_valid()
                form.add_error("amount", message)
                return True
        return False

    def settle_all(self) -> dict[str, str]:
        """All documents settled whole, as fields; the money that it needs is their `net`."""
        return self._fields({form.item.pk: form.left for form in self.forms})

    def spread(self, money: Decimal) -> dict[str, str]:
        """The money, and the credits that were filled in by hand, spread over the debts, the oldest due first.

        What was filled in by hand stays. Money below 0 is spread over the credits.
        """
        by_hand = {form.item.pk: self._amount(form) for form in self.forms if self._is_by_hand(form)}
        rest = money - sum(by_hand.values(), ZERO)
        amounts = dict(by_hand)
        for form in self.forms:
            if form.item.pk in by_hand or not rest or form.item.is_debit != (rest > 0):
                continue
            taken = min(rest, form.left) if rest > 0 else max(rest, form.left)
            amounts[form.item.pk] = taken
            rest -= taken
        return self._fields(amounts, keep=by_hand)

    def _is_by_hand(self, form: RowForm) -> bool:
        said = (form["amount"].value() or "").strip()
        return bool(said) and said != form.filled

    def _amount(self, form: RowForm) -> Decimal:
        if self.data is None:
            return parse_amount(form.initial["amount"]) if form.initial.get("amount") else ZERO
        return (form.cleaned_data.get("amount") or ZERO) if form.is_valid() else ZERO

    def _fields(self, amounts: Mapping[int, Decimal], keep: Mapping[int, Decimal] | None = None) -> dict[str, str]:
        fields: dict[str, str] = {}
        for form in self.forms:
            key = form.item.pk
            if keep is not None and key in keep:
                fields[f"{PREFIX}{key}"] = cast("str", form["amount"].value())
                fields[f"{FILLED}{key}"] = ""
                continue
            said = format_plain(amounts[key]) if amounts.get(key) else ""
            fields[f"{PREFIX}{key}"] = fields[f"{FILLED}{key}"] = said
        return fields


def refuse_row(rows: Rows, error: SoldeError) -> bool:
    """Tell a service's refusal beside the row of its item; whether it has one."""
    item = getattr(error, "item", None)
    return isinstance(item, OpenItem) and rows.refuse(item.pk, error.message)


def _plain(item: OpenItem) -> str:
    free = item.open - item.reserved
    return format_plain(free if item.is_debit else -free)


def _typed_keys(data: Mapping[str, Any]) -> set[int]:
    """The keys of the items beside which something is typed; one that is no number is nobody's, so 0."""
    typed = (name.removeprefix(PREFIX) for name, value in data.items() if name.startswith(PREFIX) and value)
    return {int(key) if key.isdecimal() and len(key) < 19 else 0 for key in typed}
