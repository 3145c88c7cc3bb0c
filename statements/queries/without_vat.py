"""The rule of the statement without VAT: what settlements change in what is open, HT.

An invoice or credit note counts its HT, anything else its amount. Of what is settled of a document, the HT is the
split by running sums. Source: rules, « The statement without VAT ».
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F

from clients.models import Client
from credits.models import CreditNoteTax
from invoicing.models import Instalment, InvoiceTax
from invoicing.parts import split_settlement
from invoicing.vat import TaxedAmount
from ledger.models import Allocation, Kind
from office.amounts import ZERO

# The lines of an invoice or credit note that are settled as its parts; what reverses one stands on the other side.
OWN_KINDS = frozenset((Kind.INVOICE, Kind.CREDIT_NOTE, Kind.RESCHEDULE))


@dataclass(slots=True)
class Taxed:
    """An invoice or credit note: its amounts by rate, above 0, and how much of it is settled so far."""

    cells: list[TaxedAmount]
    settled: Decimal = ZERO
    settled_ht: Decimal = ZERO

    @property
    def ht(self) -> Decimal:
        """Its HT."""
        return sum((cell.ht for cell in self.cells), ZERO)

    @property
    def ttc(self) -> Decimal:
        """Its total, VAT included."""
        return sum((cell.ttc for cell in self.cells), ZERO)

    def ht_left(self, left: Decimal) -> Decimal:
        """The HT of what is left of it, where `left` is open of it, VAT included."""
        return self.ht - self._ht_of(self.ttc - left)

    def settle(self, amount: Decimal) -> Decimal:
        """Settle so much more of it, VAT included (less, below 0); answers the HT of that."""
        self.settled = min(max(self.settled + amount, ZERO), self.ttc)
        before, self.settled_ht = self.settled_ht, self._ht_of(self.settled)
        return self.settled_ht - before

    def _ht_of(self, settled: Decimal) -> Decimal:
        return sum((part.ht for part in split_settlement(self.cells, ZERO, settled)), ZERO)


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the account as allocations join it. document: the one as whose part it is settled."""

    document: int
    kind: str
    is_debit: bool
    day: date


@dataclass(frozen=True, slots=True)
class Change:
    """What an allocation or its detach changes in the HT balance on a day.

    amount: above 0, the client owes more. operation: the one that did it. debit, credit: the keys of the items.
    """

    key: int
    day: date
    operation: int | None
    debit: int
    credit: int
    amount: Decimal
    is_detach: bool


def taxed_documents(client: Client) -> dict[int, Taxed]:
    """The invoices and credit notes of a client by the key of their document, nothing of them settled."""
    found: dict[int, Taxed] = {}
    invoices = InvoiceTax.objects.filter(invoice__client=client, invoice__document__isnull=False)
    notes = CreditNoteTax.objects.filter(credit_note__client=client, credit_note__document__isnull=False)
    taxes: list[Any] = [
        *invoices.order_by("pk").values_list("invoice__document", "rate", "ht", "vat"),
        *notes.order_by("pk").values_list("credit_note__document", "rate", "ht", "vat"),
    ]
    for document, rate, ht, vat in taxes:
        found.setdefault(document, Taxed([])).cells.append(TaxedAmount(rate, ht, vat))
    for one in found.values():
        if one.ttc < 0:
            one.cells = [-cell for cell in one.cells]
    return found


def rescheduled_items(client: Client) -> dict[int, int]:
    """The items that stand for what was rescheduled of invoices, each with the key of its invoice's document."""
    rows = Instalment.objects.filter(invoice__client=client).exclude(item__document=F("invoice__document"))
    return dict(rows.order_by("pk").values_list("item", "invoice__document"))


def allocations_until(client: Client, until: date | None) -> list[Allocation]:
    """The allocations of a client that count on a day, or did on one before; those detached on their own day never."""
    found = Allocation.objects.filter(account=client.account_id).exclude(detached_on=F("day"))
    return list((found if until is None else found.filter(day__lte=until)).order_by("pk"))


def changes(
    items: Mapping[int, Item], taxed: Mapping[int, Taxed], allocations: Iterable[Allocation], until: date | None
) -> Iterator[Change]:
    """What allocations and detaches changed up to a day, in their order: of a day, detaches first; 0.00 left out.

    It settles `taxed` on its way. What is rescheduled stays with its invoice.
    """
    sides: dict[int, bool] = {}
    for item in items.values():
        sides.setdefault(item.document, item.is_debit)

    def settle(key: int, amount: Decimal) -> Decimal:
        item = items[key]
        document = taxed.get(item.document)
        is_part = item.kind in OWN_KINDS and item.is_debit == sides[item.document]
        return document.settle(amount) if document and is_part else amount

    for day, is_made, key, allocation in sorted(_events(items, allocations, until), key=lambda event: event[:3]):
        amount = allocation.amount if is_made else -allocation.amount
        if change := settle(allocation.credit_id, amount) - settle(allocation.debit_id, amount):
            operation = allocation.operation_id if is_made else allocation.detached_by_id
            yield Change(key, day, operation, allocation.debit_id, allocation.credit_id, change, not is_made)


def _events(
    items: Mapping[int, Item], allocations: Iterable[Allocation], until: date | None
) -> Iterator[tuple[date, bool, int, Allocation]]:
    for allocation in allocations:
        if items[allocation.credit_id].kind == Kind.RESCHEDULE:
            continue
        yield allocation.day, True, allocation.pk, allocation
        detached = allocation.detached_on
        if detached and (until is None or detached <= until):
            yield detached, False, allocation.pk, allocation
