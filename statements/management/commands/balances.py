"""manage.py balances [CODE …] [--on AAAA-MM-JJ] [--json]: the figures of clients, for operators and scripts."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ledger.balance import FIGURES, STATUSES
from office import clock
from office.amounts import ZERO, cents, format_number, quoted
from statements.queries import ClientBalance, client_balances

HEADINGS = {
    "to_invoice": "À facturer",
    "unpaid_invoices": "Fact. impayées",
    "unpaid": "Impayés",
    "credit": "Avoir dispo.",
    "balance": "Solde",
    "to_pay": "À payer",
    "to_use": "À utiliser",
    "overdue": "En retard",
    "invoiced": "Facturé",
    "collected": "Encaissé",
    "outstanding": "Encours",
}
LONGEST_NAME = 30


def past_day(text: str) -> date:
    """A day of the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{quoted(text)} n’est pas une date AAAA-MM-JJ.") from None


class Command(BaseCommand):
    help = "Affiche les soldes des clients, aujourd’hui ou à la fin d’un jour passé."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("codes", nargs="*", metavar="CODE", help="codes des clients\u00a0; sans code, tous")
        parser.add_argument(
            "--on", type=past_day, metavar="AAAA-MM-JJ", help="jour passé\u00a0; sans date, aujourd’hui"
        )
        parser.add_argument("--json", action="store_true", help="liste d’objets JSON, pour un programme")

    def handle(self, *, codes: Sequence[str], on: date | None, json: bool, **_: Any) -> None:
        today = clock.today()
        if on is not None and on > today:
            raise CommandError(f"Le {on:%d/%m/%Y} est à venir\u00a0: aucun solde n’y est arrêté.", returncode=2)
        rows = client_balances(today=today, on=on if on != today else None, codes=codes)
        if unknown := sorted(set(codes) - {row.client.code for row in rows}):
            clients = "Client inconnu" if len(unknown) == 1 else "Clients inconnus"
            raise CommandError(f"{clients}\u00a0: {', '.join(unknown)}.", returncode=2)
        self.stdout.write(as_json(rows) if json else "\n".join(as_table(rows, on or today)))


def as_json(rows: Iterable[ClientBalance]) -> str:
    """The rows as a list of objects, amounts as text with two decimals."""
    return json.dumps([_object(row) for row in rows], ensure_ascii=False, indent=2)


def _object(row: ClientBalance) -> dict[str, str]:
    balance = row.balance
    return {
        "code": row.client.code,
        "name": row.client.full_name,
        "currency": balance.balance.currency.code,
        "on": balance.on.isoformat(),
        **{figure: str(cents(getattr(balance, figure).amount)) for figure in FIGURES},
        "status": balance.status,
    }


def as_table(rows: Sequence[ClientBalance], on: date) -> Iterator[str]:
    """The rows as aligned lines under their headings, with totals by currency."""
    yield f"Soldes au {on:%d/%m/%Y}"
    if not rows:
        yield "Aucun client."
        return
    body = [_cells(row) for row in rows]
    foot = list(_totals(rows))
    table = [["Code", "Nom", "Devise", *HEADINGS.values(), "Statut"], *body, *foot]
    widths = [max(len(cells[place]) for cells in table) for place in range(len(table[0]))]
    rule = "  ".join("─" * width for width in widths)
    lines = [_aligned(cells, widths) for cells in table]
    yield from [lines[0], rule, *lines[1 : len(body) + 1], rule, *lines[len(body) + 1 :]]


def _cells(row: ClientBalance) -> list[str]:
    name = row.client.full_name
    if len(name) > LONGEST_NAME:
        name = name[: LONGEST_NAME - 1] + "…"
    amounts = [format_number(getattr(row.balance, figure).amount) for figure in FIGURES]
    return [row.client.code, name, row.balance.balance.currency.code, *amounts, STATUSES[row.balance.status]]


def _totals(rows: Iterable[ClientBalance]) -> Iterator[list[str]]:
    sums: dict[str, dict[str, Decimal]] = {}
    for row in rows:
        kept = sums.setdefault(row.balance.balance.currency.code, dict.fromkeys(FIGURES, ZERO))
        for figure in FIGURES:
            kept[figure] += getattr(row.balance, figure).amount
    for currency, totals in sorted(sums.items()):
        yield ["Total", "", currency, *(format_number(amount) for amount in totals.values()), ""]


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    """One line: text to the left, amounts to the right."""
    amounts = range(3, 3 + len(FIGURES))
    placed = (
        cell.rjust(width) if place in amounts else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join(placed).rstrip()
