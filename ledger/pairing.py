"""Which credit settles which debit when several are given: always the same, whatever the order of rows."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from decimal import Decimal

from ledger.models import OpenItem


@dataclass(frozen=True, slots=True)
class Pair:
    """An amount of a credit item to set against a debit item."""

    debit: OpenItem
    credit: OpenItem
    amount: Decimal


@dataclass(slots=True)
class Share:
    """What is to be used of one item."""

    item: OpenItem
    amount: Decimal


def pair(
    shares: Iterable[Share], *, named: Mapping[int, Set[int]] | None = None, last: Set[int] = frozenset()
) -> list[Pair]:
    """Pair debit and credit shares: each credit with the documents it names, then the rest in order.

    Credits go by day and key, those of `last` (the payment) after all others; debits by due date
    and key. named: for a credit item, the keys of the documents it names. What finds no partner
    stays unpaired. Source: rules, « Set-off and pairing ».
    """
    shares = list(shares)
    debits = sorted((s for s in shares if s.item.is_debit), key=lambda s: (s.item.due, s.item.pk))
    credits = sorted(
        (s for s in shares if not s.item.is_debit),
        key=lambda s: (s.item.pk in last, s.item.day, s.item.pk),
    )
    left = {s.item.pk: s.amount for s in shares}
    pairs = []
    for only_named in (True, False):
        for credit in credits:
            wanted = (named or {}).get(credit.item.pk, frozenset())
            for debit in debits:
                if only_named and debit.item.document_id not in wanted:
                    continue
                amount = min(left[debit.item.pk], left[credit.item.pk])
                if amount <= 0:
                    continue
                left[debit.item.pk] -= amount
                left[credit.item.pk] -= amount
                pairs.append(Pair(debit.item, credit.item, amount))
    return pairs
