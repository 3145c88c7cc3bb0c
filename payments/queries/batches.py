"""Which credit notes can be settled by batch, and what that would settle."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from credits.models import CreditNote
from credits.queries import named_documents
from invoicing.models import Dispute
from ledger.models import Allocation, OpenItem
from ledger.pairing import Pair, Share, pair
from office.amounts import ZERO
from payments.models import SettlingBatch


@dataclass(frozen=True, slots=True)
class Settling:
    """A credit note, its item, and what of which debts it would settle."""

    note: Any
    item: OpenItem
    pairs: list[Pair] = field(default_factory=list)

    @property
    def free(self) -> Decimal:
        """What is left of it and not reserved, VAT included."""
        return self.item.open - self.item.reserved

    @property
    def settles(self) -> Decimal:
        """What it would settle in all, VAT included."""
        return sum((one.amount for one in self.pairs), ZERO)


def settleable() -> QuerySet[CreditNote]:
    """The credit notes that a batch may settle, oldest first, each with the key of its `item`.

    Something is left of each that is not reserved, and its invoice is not disputed.
    """
    free = OpenItem.objects.filter(document=OuterRef("document"), is_debit=False, open__gt=F("reserved")).order_by("pk")
    notes = CreditNote.objects.filter(document__isnull=False, cancelled_by=None)
    notes = notes.exclude(invoice__in=_disputed().values("invoice"))
    notes = notes.annotate(item=Subquery(free.values("pk")[:1])).filter(item__isnull=False)
    return notes.select_related("client__account", "document", "party", "invoice__document").order_by("day", "pk")


def settlings(notes: Iterable[Any]) -> list[Settling]:
    """What a batch of credit notes of `settleable` would settle, in their order."""
    notes = list(notes)
    items = {item.pk: item for item in _credits(note.item for note in notes)}
    pairs: dict[int, list[Pair]] = {}
    for one in planned(items.values()):
        pairs.setdefault(one.credit.pk, []).append(one)
    return [Settling(note, items[note.item], pairs.get(note.item, [])) for note in notes]


def planned(credits: Iterable[OpenItem]) -> list[Pair]:
    """What of which debts credit items settle together, client by client and, for a walk-in, party by party.

    Disputed invoices are left alone, and so is what is reserved. Source: rules, « Set-off and pairing ».
    """
    groups: dict[tuple[int, int | None], list[OpenItem]] = {}
    for item in credits:
        groups.setdefault((item.account_id, item.party_id), []).append(item)
    debts: dict[tuple[int, int | None], list[OpenItem]] = {}
    for item in _debts({account for account, _ in groups}):
        debts.setdefault((item.account_id, item.party_id), []).append(item)
    named = named_documents(item for items in groups.values() for item in items)
    found = []
    for key, items in groups.items():
        shares = [Share(item, item.open - item.reserved) for item in items]
        shares += [Share(item, item.open) for item in debts.get(key, [])]
        found += pair(shares, named=named)
    return found


def made_by(batch: SettlingBatch) -> list[Allocation]:
    """What a batch has set off, by credit, detached or not."""
    found = Allocation.objects.filter(operation=batch.operation_id).order_by("credit", "pk")
    return list(found.select_related("credit__document", "debit__document", "account__client"))


def _credits(keys: Iterable[int]) -> QuerySet[OpenItem]:
    found = OpenItem.objects.filter(pk__in=list(keys), is_debit=False, open__gt=F("reserved"))
    return found.select_related("document", "account").order_by("day", "pk")


def credit_items(keys: Iterable[int]) -> list[OpenItem]:
    """Credit items of which something is left and free, in their order."""
    return list(_credits(keys))


def _debts(accounts: Iterable[int]) -> QuerySet[OpenItem]:
    found = OpenItem.objects.filter(account__in=list(accounts), is_debit=True, open__gt=0)
    found = found.exclude(document__in=_disputed().values("invoice__document"))
    return found.select_related("document", "account").order_by("due", "pk")


def _disputed() -> QuerySet[Dispute]:
    return Dispute.objects.filter(ended_by=None).order_by()
