"""The opening balances that a file tells of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from office.amounts import parse_amount
from office.dates import Dates
from office.grids import Fault, Row
from office.importing.cells import text


@dataclass(frozen=True, slots=True)
class Opening:
    """What a client owed (amount above 0) or had to spend (below 0), VAT included. due: where the file tells it."""

    line: int
    code: str
    amount: Decimal
    due: date | None


def read_openings(rows: Sequence[Row], dates: Dates) -> list[Opening]:
    """The balances of a file, those of 0.00 left out; what is wrong is noted on its row."""
    found: dict[str, Opening] = {}
    for row in rows:
        opening = _opening(row, dates)
        if opening is None:
            continue
        if (first := found.setdefault(opening.code, opening)) is not opening:
            row.faults.append(Fault(row.line, f"Le client {opening.code} est déjà à la ligne {first.line}.", "code"))
    return [opening for opening in found.values() if opening.amount]


def _opening(row: Row, dates: Dates) -> Opening | None:
    code = row.take("code", text)
    if not code and not row.faults:
        row.faults.append(Fault(row.line, "Le code du client manque.", "code"))
    amounts = {
        name: row.take(name, parse_amount) for name in ("amount", "debit", "credit") if row.cells.get(name, "").strip()
    }
    due = row.take("due", dates.read) if row.cells.get("due", "").strip() else None
    if not amounts:
        row.faults.append(Fault(row.line, "Le montant manque.", next(iter({"amount", "debit"} & set(row.cells)), "")))
    if row.faults or not code:
        return None
    said = {name: amount or Decimal(0) for name, amount in amounts.items()}
    if "amount" in said and len(said) > 1:
        row.faults.append(
            Fault(row.line, "Le solde est dit deux fois\u00a0: en une colonne et en débit ou crédit.", "amount")
        )
    total = said.get("amount", Decimal(0)) + said.get("debit", Decimal(0)) - said.get("credit", Decimal(0))
    return Opening(row.line, code, total, due)
