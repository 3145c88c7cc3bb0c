"""L’extrait de compte: what happened on one client's account in a period, with a running balance.

Computed once: screen, PDF, CSV and XLSX show these very rows. Source: rules, « The statement ».
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, Sum

from clients.models import Client
from ledger.models import Document, Kind, Line
from ledger.queries import items_on
from office.amounts import ZERO
from office.periods import Period
from statements.models import Basis
from statements.queries.ageing import LIMITS, Aged, aged
from statements.queries.descriptions import descriptions
from statements.queries.where import EVERYWHERE, Where
from statements.queries.without_vat import (
    OWN_KINDS,
    Change,
    Item,
    allocations_until,
    changes,
    rescheduled_items,
    taxed_documents,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a statement.

    unsettled: only what isn't settled at the end of the period, for what is left of it. pairs: whether what was
    cancelled, and what cancelled it, are shown. slip: whether its paper may ask for what is owed.
    """

    period: Period
    basis: Basis = Basis.TTC
    where: Where = EVERYWHERE
    unsettled: bool = False
    pairs: bool = True
    slip: bool = True


class Row(NamedTuple):
    """A row of a statement: a document on a day, or an Imputation. document: the key of the one it leads to.

    balance: the running balance after it.
    """

    day: date
    document: int
    reference: str
    description: str
    debit: Decimal
    credit: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Extract:
    """A statement. report: the balance before the period; balances are above 0 when the client owes.

    ageing: what is open at its end, VAT included, by age on `on`, in classes that end at `limits`.
    """

    client: Client
    wanted: Wanted
    on: date
    report: Decimal
    rows: Sequence[Row]
    ageing: Aged
    limits: Sequence[int] = LIMITS

    @property
    def debit(self) -> Decimal:
        """Total of the debits of the period."""
        return sum((row.debit for row in self.rows), ZERO)

    @property
    def credit(self) -> Decimal:
        """Total of the credits of the period."""
        return sum((row.credit for row in self.rows), ZERO)

    @property
    def final(self) -> Decimal:
        """The balance at the end of the period."""
        return self.report + self.debit - self.credit


@dataclass(slots=True)
class _Group:
    """A row in the making: the lines of one document that one operation posted on a day, or an Imputation.

    rank: its place among those of its day. entries, undoes: the keys of what was posted, and of what that reverses.
    """

    day: date
    rank: tuple[int, ...]
    document: int
    kind: str
    reference: str
    party: str
    site: int | None
    amount: Decimal = ZERO
    is_credit: bool = False
    entries: set[int] = field(default_factory=set)
    undoes: set[int] = field(default_factory=set)
    description: str = ""


class _Line(NamedTuple):
    """A line of the account; VAT included, the lines of an entry as one. undone: the entry that its own reverses.

    An entry reverses one of its own document: what cancels a credit note is an invoice, a document of its own.
    """

    key: int
    day: date
    kind: str
    debit: Decimal
    credit: Decimal
    party: str | None
    entry: int
    operation: int
    site: int | None
    document: int
    of_kind: str
    reference: str
    undone: int | None


# Entries are added up in the index before anything is joined to them; only a walk-in's lines have a party.
_SUMS = """
    SELECT 0 AS id, day, '' AS kind, sum(debit) AS debit, sum(credit) AS credit, {party} AS party_id, entry_id
    FROM ledger_line WHERE client_account_id = %(account)s {days} AND kind <> 'reschedule' GROUP BY entry_id, day
"""
_EACH = """
    SELECT id, day, kind, debit, credit, party_id, entry_id
    FROM ledger_line WHERE client_account_id = %(account)s {days}
"""
_LINES = """
    WITH lines AS MATERIALIZED ({lines}){found}
    SELECT l.id, l.day, l.kind, l.debit, l.credit, p.name, l.entry_id, e.operation_id, e.site_id, e.document_id,
           d.kind, d.reference, CASE WHEN e.reverses_id IS NOT NULL THEN
               (SELECT r.id FROM ledger_entry r WHERE r.id = e.reverses_id AND r.document_id = e.document_id) END
    FROM lines l
    JOIN ledger_entry e ON e.id = l.entry_id
    JOIN {documents} d ON d.id = e.document_id
    LEFT JOIN ledger_party p ON p.id = l.party_id
    {site} ORDER BY l.day, l.entry_id, l.id
"""
# All documents of the account at once, where all of its lines are asked for: looked up one by one, they take longer.
_DOCUMENTS = """,
    documents AS MATERIALIZED (SELECT id, kind, reference FROM ledger_document WHERE account_id = %(account)s)
"""


def extract_of(client: Client, wanted: Wanted, *, today: date, limits: Sequence[int] = LIMITS) -> Extract:
    """The statement of a client. today: the day of its ages where its period has no end.

    Source: rules, « The statement ».
    """
    end = wanted.period.end
    left = _open_items(client, wanted.where, end)
    report, groups = _unsettled(client, wanted, left) if wanted.unsettled else _posted(client, wanted)
    ages = aged(((item.is_debit, item.due, item.left) for item in left), end or today, limits)
    return Extract(client, wanted, end or today, report, list(_rows(client, groups, report)), ages, limits)


def _rows(client: Client, groups: Collection[_Group], report: Decimal) -> Iterator[Row]:
    """The rows of groups in their order, with the running balance."""
    texts = descriptions(client, {group.document: group.kind for group in groups if not group.description})
    running = report
    for group in sorted(groups, key=lambda group: (group.day, group.rank)):
        running += group.amount
        told = group.description or texts[group.document]
        debit, credit = (ZERO, -group.amount) if group.is_credit else (group.amount, ZERO)
        yield Row(
            day=group.day,
            document=group.document,
            reference=group.reference,
            description=_described(group, told),
            debit=debit,
            credit=credit,
            balance=running,
        )


def _described(group: _Group, text: str) -> str:
    text = f"Annulation\u00a0: {text[:1].lower()}{text[1:]}" if group.undoes else text
    return f"{text}, {group.party}" if group.party else text


def _posted(client: Client, wanted: Wanted) -> tuple[Decimal, list[_Group]]:
    """The balance before the period, and what happened in it."""
    start, where = wanted.period.start, wanted.where
    lines = _lines(client, wanted)
    groups, of_line = _groups(lines)
    if wanted.basis == Basis.HT:
        groups += _without_vat(client, lines, of_line, wanted.period.end)
    if not where.is_everywhere:
        groups = [group for group in groups if where.has(group.site)]
    report = sum((group.amount for group in groups if start and group.day < start), ZERO)
    groups = [group for group in groups if group.amount and not (start and group.day < start)]
    if start and wanted.basis == Basis.TTC:
        report = _balance_before(client, where, start)
    return report, groups if wanted.pairs else _without_pairs(groups)


def _lines(client: Client, wanted: Wanted) -> list[_Line]:
    """The lines of the account up to the end of the period: VAT included, those in it and of its sites alone."""
    period, where, days, site = wanted.period, wanted.where, "", ""
    if period.end:
        days += " AND day <= %(end)s"
    if wanted.basis == Basis.TTC:
        if period.start:
            days += " AND day >= %(start)s"
        if not where.is_everywhere:
            site = "WHERE e.site_id IS NULL" if where.nowhere else "WHERE e.site_id = %(site)s"
        lines = _SUMS.format(days=days, party="min(party_id)" if client.account.walk_in else "NULL::bigint")
    else:
        lines = _EACH.format(days=days)
    params = {
        "account": client.account_id,
        "start": period.start,
        "end": period.end,
        "site": where.site.pk if where.site else None,
    }
    found, documents = ("", "ledger_document") if period.start else (_DOCUMENTS, "documents")
    with connection.cursor() as cursor:
        cursor.execute(_LINES.format(lines=lines, found=found, documents=documents, site=site), params)
        return [_Line._make(row) for row in cursor.fetchall()]


def _balance_before(client: Client, where: Where, start: date) -> Decimal:
    lines = Line.objects.filter(where.on("entry__site"), client_account=client.account_id, day__lt=start)
    return lines.aggregate(total=Sum(F("debit") - F("credit")))["total"] or ZERO


def _groups(lines: Iterable[_Line]) -> tuple[list[_Group], dict[int, _Group]]:
    """The rows that lines make, VAT included, and the one of each line; what is rescheduled stays its invoice's."""
    found: dict[tuple[Any, ...], _Group] = {}
    of_line: dict[int, _Group] = {}
    first: dict[int, _Group] = {}
    for line in lines:
        if line.kind == Kind.RESCHEDULE:
            of_line[line.key] = first[line.document]
            continue
        key = (line.document, line.day, line.operation, line.undone is not None)
        group = found.get(key)
        if group is None:
            group = found[key] = _Group(
                day=line.day,
                rank=(0, line.entry),
                document=line.document,
                kind=line.of_kind,
                reference=line.reference,
                party=line.party or "",
                site=line.site,
                is_credit=line.credit > line.debit,
            )
        group.amount += line.debit - line.credit
        group.entries.add(line.entry)
        if line.undone is not None:
            group.undoes.add(line.undone)
        of_line[line.key] = group
        first.setdefault(line.document, group)
    return list(found.values()), of_line


def _without_vat(
    client: Client, lines: Sequence[_Line], of_line: Mapping[int, _Group], end: date | None
) -> list[_Group]:
    """Bring rows to their HT; answers the rows « Imputation » of what no other row of its day counts."""
    taxed, moved = taxed_documents(client), rescheduled_items(client)
    items = {line.key: Item(moved.get(line.key, line.document), line.kind, line.debit > 0, line.day) for line in lines}
    whole: set[int] = set()
    for line in lines:
        document = taxed.get(line.document)
        if document and line.undone is None and line.document not in whole:
            group = of_line[line.key]
            group.amount = document.ht if group.amount > 0 else -document.ht
            whole.add(line.document)
    operations = {line.key: line.operation for line in lines}
    allocations = allocations_until(client, end)
    undoing: dict[tuple[int | None, int], _Group] = {
        (operations[new], old): of_line[new]
        for allocation in allocations
        for new, old in ((allocation.debit_id, allocation.credit_id), (allocation.credit_id, allocation.debit_id))
        if new > old and allocation.operation_id == operations[new] and new in of_line
    }
    imputations = []
    for change in changes(items, taxed, allocations, end):
        sides = (change.credit, change.debit)
        if change.is_detach:
            row = next((undoing[change.operation, side] for side in sides if (change.operation, side) in undoing), None)
            row = row if row and row.day == change.day else None
        else:
            of_day = (side for side in sides if items[side].day == change.day and items[side].document not in taxed)
            row = next((of_line[side] for side in of_day), None)
        if row is not None:
            row.amount += change.amount
        else:
            imputations.append(_imputation(change, of_line))
    return imputations


def _imputation(change: Change, of_line: Mapping[int, _Group]) -> _Group:
    credit, debit = of_line[change.credit], of_line[change.debit]
    verb = "Imputation défaite" if change.is_detach else "Imputation"
    return _Group(
        day=change.day,
        rank=(1, change.key, int(change.is_detach)),
        document=credit.document,
        kind=credit.kind,
        reference=credit.reference,
        party=credit.party,
        site=credit.site,
        amount=change.amount,
        is_credit=change.amount < 0,
        description=f"{verb} sur {debit.reference}",
    )


def _without_pairs(groups: Collection[_Group]) -> list[_Group]:
    """Leave out what was cancelled and what cancelled it where both are there and make 0.00: both or neither."""
    made = {frozenset(group.entries): group for group in groups if not group.undoes}
    hidden = set()
    for group in groups:
        other = made.get(frozenset(group.undoes))
        if other and other.document == group.document and other.amount + group.amount == 0:
            hidden |= {id(group), id(other)}
    return [group for group in groups if id(group) not in hidden]


def _open_items(client: Client, where: Where, end: date | None) -> list[Any]:
    """What is open at the end of the period, in the order of posting, each with its `left`."""
    items: Any = items_on(end).filter(where.on("line__entry__site"), account=client.account_id)
    items = items.filter(open__gt=0) if end is None else items.filter(left__gt=0)
    rows = items.order_by("day", "pk").select_related(None)
    return list(rows.values_list("pk", "document_id", "kind", "is_debit", "due", "left", named=True))


def _unsettled(client: Client, wanted: Wanted, left: Sequence[Any]) -> tuple[Decimal, list[_Group]]:
    """What is left, at the end of the period, of what began before it, and of each document since."""
    is_ht, start = wanted.basis == Basis.HT, wanted.period.start
    taxed, moved = (taxed_documents(client) if is_ht else {}), rescheduled_items(client)
    sums: dict[tuple[int, bool, bool], Decimal] = {}
    for item in left:
        part = moved.get(item.pk, item.document_id), item.is_debit, item.kind in OWN_KINDS
        sums[part] = sums.get(part, ZERO) + item.left
    documents = Document.objects.select_related("party").in_bulk({document for document, *_ in sums})
    found: dict[tuple[int, bool], _Group] = {}
    for (key, is_debit, is_part), amount in sums.items():
        document = documents[key]
        group = found.setdefault((key, is_debit), _filed(document, is_credit=not is_debit))
        rest = taxed[key].ht_left(amount) if is_part and key in taxed else amount
        group.amount += rest if is_debit else -rest
    report = sum((group.amount for group in found.values() if start and group.day < start), ZERO)
    return report, [group for group in found.values() if not (start and group.day < start)]


def _filed(document: Document, *, is_credit: bool) -> _Group:
    return _Group(
        day=document.day,
        rank=(0, document.pk),
        document=document.pk,
        kind=document.kind,
        reference=document.reference,
        party=document.party.name if document.party else "",
        site=document.site_id,
        is_credit=is_credit,
    )
