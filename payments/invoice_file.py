"""What a CSV file of another program's invoices says, line by line, and what is wrong with it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from office import grids
from office.amounts import quoted
from office.dates import Dates
from office.folding import sort_key
from office.grids import Fault, FileRefused, Unusable, read_grid
from payments.mappings import Mapping

LONGEST_CODE, LONGEST_NAME, LONGEST_REFERENCE = 30, 120, 60

_CODE = re.compile("[A-Za-z0-9+_./-]+")


@dataclass(frozen=True, slots=True)
class Row:
    """An invoice to take over. settled: the day on which all of it was paid, None while it is open."""

    line: int
    code: str
    name: str
    invoice: str
    day: date
    due: date
    amount: Decimal
    settled: date | None


def read(content: bytes, mapping: Mapping) -> tuple[list[Row], list[Fault]]:
    """The invoices of a file, and every fault of its other lines.

    Raises FileRefused if it is no such file at all.
    """
    grid = read_grid(content, mapping.columns)
    records, faults = grid.rows(mapping.columns) if grid.headings else [], grid.faults
    if not records and not faults:
        raise FileRefused([Fault(1, "Le fichier ne contient pas de facture.")])
    dates = Dates.of(mapping.dates, _date_texts(mapping, records))
    rows = [row for row in (_row(record, mapping, dates) for record in records) if row]
    return rows, [*faults, *(fault for record in records for fault in record.faults), *_repeated(rows)]


def _date_texts(mapping: Mapping, records: Iterable[grids.Row]) -> Iterator[str]:
    return (record.cells[column] for record in records for column in (mapping.day, mapping.due, mapping.settled))


def _row(record: grids.Row, mapping: Mapping, dates: Dates) -> Row | None:
    """What a line says; None if it has faults, all of which are noted."""
    code = record.take(mapping.code, _code)
    name = record.take(mapping.name, _name) if mapping.name else code
    invoice = record.take(mapping.invoice, _reference)
    day = record.take(mapping.day, dates.read)
    due = record.take(mapping.due, dates.read)
    amount = record.take(mapping.amount, lambda text: _positive(mapping.amounts(text)))
    settled = record.take(mapping.settled, dates.read) if record.cells[mapping.settled].strip() else None
    if day and due and due < day:
        record.faults.append(Fault(record.line, f"Elle est avant la date de la facture, {day:%d/%m/%Y}.", mapping.due))
    if record.faults or not (code and name and invoice and day and due and amount):
        return None
    return Row(record.line, code, name, invoice, day, due, amount, settled)


def _code(text: str) -> str:
    code = _printable(text, LONGEST_CODE)
    if not _CODE.fullmatch(code):
        raise Unusable(f"{quoted(code)} n’est pas un code\u00a0: des lettres, des chiffres et + - _ . /.")
    return code


def _name(text: str) -> str:
    return _printable(text, LONGEST_NAME)


def _reference(text: str) -> str:
    reference = _printable(text, LONGEST_REFERENCE)
    if "|" in reference:
        raise Unusable(f"{quoted(reference)} contient un signe interdit, «\u00a0|\u00a0».")
    return reference


def _printable(text: str, longest: int) -> str:
    """Text on one line, its runs of white space made single spaces."""
    body = " ".join(text.split())
    if not body:
        raise Unusable("Rien n’est indiqué.")
    if not body.isprintable():
        raise Unusable("Il y a des signes qui ne s’impriment pas.")
    if len(body) > longest:
        raise Unusable(f"{quoted(body)} a plus de {longest} signes.")
    return body


def _positive(amount: Decimal) -> Decimal:
    if amount <= 0:
        raise Unusable("Le montant d’une facture doit être positif.")
    return amount


def _repeated(rows: Sequence[Row]) -> Iterator[Fault]:
    """What is wrong with no line alone: an invoice told twice, a client under two names."""
    lines: dict[str, int] = {}
    clients: dict[str, Row] = {}
    for row in rows:
        if (before := lines.setdefault(row.invoice, row.line)) != row.line:
            yield Fault(row.line, f"La facture {row.invoice} est déjà à la ligne {before}.")
        first = clients.setdefault(row.code, row)
        if sort_key(row.name) != sort_key(first.name):
            yield Fault(row.line, f"Le client {row.code} porte un autre nom à la ligne {first.line}.")
