"""Whether the books are true: every chain, total and open amount recounted from the rows, by reads alone.

Nothing here uses what it checks: the seals are computed anew in Python, the sums in queries of their own
(sql/verify_*.sql). Source: rules, « Invariants » and « The chain ».
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

import pgtrigger
from django.apps import apps
from django.db import connection, transaction
from pgtrigger.core import INSTALLED, OUTDATED
from tqdm import tqdm

from ledger.models import Seal
from office.amounts import format_number

SQL = Path(__file__).parent / "sql"
BATCH = 5_000

Bar: TypeAlias = "tqdm[NoReturn]"
Row: TypeAlias = Sequence[str | None]
Found: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something of which the books say two things.

    kind: the check that found it. where: the row. message: what was found there, and what was expected.
    """

    kind: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}\u00a0: {self.message}"


@contextmanager
def snapshot() -> Iterator[None]:
    """Read the books as they are at this moment, whoever posts meanwhile."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL cursor_tuple_fraction = 1")  # every row will be read
        cursor.execute("SET LOCAL work_mem = '64MB'")
        yield


def faults(bar: "Bar | None" = None) -> Iterator[Fault]:
    """All that is wrong, in the order of the checks; what isn't asked for isn't looked for.

    bar: shows how far it is, in entries (`size`).
    """
    bar = tqdm(disable=True) if bar is None else bar
    for kind, check in CHECKS.items():
        bar.set_description(kind)
        for where, message in check(bar):
            yield Fault(kind, where, message)


def size() -> int:
    """How many entries there are to verify."""
    return Seal.objects.count()


_CONSTRAINTS = """
    SELECT t.relname, c.conname FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid WHERE c.convalidated
    UNION
    SELECT t.relname, i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_class t ON t.oid = x.indrelid WHERE x.indisunique AND x.indisvalid
"""


def _rules(_bar: Bar) -> Iterator[Found]:
    """Every constraint and trigger that the models declare is in the database, triggers as declared, and on."""
    present = set(_stream(_CONSTRAINTS))
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if (model._meta.db_table, constraint.name) not in present:
                yield f"table {model._meta.db_table}", f"la règle {constraint.name} est absente"
    for owner, trigger in sorted(pgtrigger.registered(), key=lambda found: str(found[1].name)):
        status, enabled = trigger.get_installation_status(owner)
        if status != INSTALLED or not enabled:
            state = {INSTALLED: "désactivée", OUTDATED: "modifiée"}.get(status, "absente")
            yield f"table {owner._meta.db_table}", f"la règle {trigger.name} est {state}"


_SEALS = """
    SELECT s.journal_id, s.rank::text, s.entry_id::text, s.previous, s.hash, e.journal_id, e.id::text, e.day::text,
           (e.posted_at AT TIME ZONE 'UTC')::text, d.kind, d.reference, e.currency, e.site_id::text,
           e.reverses_id::text, e.operation_id::text
    FROM ledger_seal s
    LEFT JOIN ledger_entry e ON e.id = s.entry_id
    LEFT JOIN ledger_document d ON d.id = e.document_id
    ORDER BY s.journal_id, s.rank, s.entry_id
"""

_SEALED_LINES = """
    SELECT s.entry_id::text, l.account_id, l.client_account_id::text, l.party_id::text, l.kind, l.due::text,
           l.debit::text, l.credit::text
    FROM ledger_seal s JOIN ledger_line l ON l.entry_id = s.entry_id
    ORDER BY s.journal_id, s.rank, s.entry_id, l.id
"""

_HEADS = "SELECT code, head_rank, head_hash FROM ledger_journal ORDER BY code"


def _chains(bar: Bar) -> Iterator[Found]:
    """Each chain counts from 1, each seal holds the one before it and its entry, and the journal holds the last."""
    heads = {code: (rank, newest) for code, rank, newest in _stream(_HEADS)}
    lines = groupby(_stream(_SEALED_LINES), key=itemgetter(0))
    ahead = next(lines, None)
    for journal, seals in groupby(_stream(_SEALS), key=itemgetter(0)):
        last_rank, last_hash = 0, ""
        for _, rank, entry, previous, found, *content in seals:
            where = f"journal {journal}, rang {rank}"
            if int(rank) != last_rank + 1:
                yield f"journal {journal}, rang {last_rank + 1}", f"le scellement manque, le suivant a le rang {rank}"
            elif previous != last_hash:
                yield where, f"le scellement précédent est {_short(previous)} au lieu de {_short(last_hash)}"
            own: list[Row] = []
            if ahead is not None and ahead[0] == entry:
                own = [line[1:] for line in ahead[1]]
                ahead = next(lines, None)
            expected = seal(previous, canonical(rank, content, own))
            if content[1] is None:
                yield where, f"l’écriture {entry} a disparu"
            elif found != expected:
                yield where, f"l’écriture {entry} a le scellement {_short(found)} au lieu de {_short(expected)}"
            last_rank, last_hash = int(rank), found
            bar.update()
        yield from _head(journal, heads.pop(journal, None), (last_rank, last_hash))
    for journal, head in heads.items():
        yield from _head(journal, head, (0, ""))


def _head(journal: str, head: tuple[int, str] | None, last: tuple[int, str]) -> Iterator[Found]:
    if head is None:
        yield f"journal {journal}", "le journal a disparu"
    elif head != last:
        found, expected = (f"{rank} ({_short(newest)})" for rank, newest in (head, last))
        yield f"journal {journal}", f"la tête de chaîne est au rang {found} au lieu de {expected}"


def canonical(rank: str, entry: Row, lines: Sequence[Row]) -> str:
    """An entry's content as it is sealed (rules, « The chain »), from its columns as text.

    entry: journal, key, day, moment in UTC, kind and reference of the document, currency, site, entry
    that it reverses, operation. lines: account, client account, party, kind, due date, debit, credit.
    """
    journal, key, day, moment, *rest = (value or "-" for value in entry)
    seconds, _, fraction = moment.replace(" ", "T").partition(".")
    head = "|".join((journal, rank, key, day, f"{seconds}.{fraction:0<6}Z", *rest))
    return "\n".join((head, *("|".join(value or "-" for value in line) for line in lines)))


def seal(previous: str, content: str) -> str:
    """The hash of an entry's content after the seal before it."""
    return sha256(f"{previous}\n{content}".encode()).hexdigest()


def _short(value: str) -> str:
    return f"{value[:12]}…" if value else "vide"


# A query of sql/ sets what is found in a place beside what is expected there, as records of the same columns.
# Few differ, and only those are taken apart; a plan that sorts first would read every table by its key.
_DIFFERENCES = """
    WITH differing AS MATERIALIZED (
        SELECT key, place, to_jsonb(found) AS found, to_jsonb(expected) AS expected
        FROM ({}) compared WHERE found IS DISTINCT FROM expected
    )
    SELECT place, fact, value, expected ->> fact
    FROM differing CROSS JOIN LATERAL jsonb_each_text(found) columns (fact, value)
    WHERE value IS DISTINCT FROM expected ->> fact
    ORDER BY differing.key, fact
"""


def _compared(file: str, _bar: Bar) -> Iterator[Found]:
    """The differences that a query of sql/ finds."""
    for where, fact, found, expected in _stream(_DIFFERENCES.format((SQL / file).read_text())):
        yield where, f"{fact}\u00a0: {_french(found)} au lieu de {_french(expected)}"


def _french(value: str | None) -> str:
    """A value as text of the database, as it is read: amounts and days in French."""
    if value is None:
        return "absent"
    if re.fullmatch(r"-?\d+\.\d\d", value):
        return format_number(Decimal(value))
    if match := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", value):
        return "/".join(reversed(match.groups()))
    return {"true": "oui", "false": "non"}.get(value, value)


def _stream(query: str) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(BATCH):
            yield from rows


CHECKS: Mapping[str, Callable[[Bar], Iterator[Found]]] = {
    "règles": _rules,
    "scellements": _chains,
    "écritures": partial(_compared, "verify_entries.sql"),
    "lignes": partial(_compared, "verify_lines.sql"),
    "postes": partial(_compared, "verify_items.sql"),
    "imputations": partial(_compared, "verify_allocations.sql"),
    "jours passés": partial(_compared, "verify_days.sql"),
    "numéros": partial(_compared, "verify_numbers.sql"),
    "totaux": partial(_compared, "verify_totals.sql"),
}
