"""Two years of real invoices: every balance of every month end, against the file alone.

Its twin makes a file of the same shape, for where the real one isn't.
"""

import csv
import json
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from django.core.management import CommandError, call_command

from ledger.models import Document
from statements.queries import client_balances
from tests.conftest import REAL_DATA

SAMPLE = REAL_DATA / "accounts_receivable_sample.csv"
HEADINGS = (
    "countryCode,customerID,PaperlessDate,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed,SettledDate,"
    "PaperlessBill,DaysToSettle,DaysLate"
)
MONTH_ENDS = [date(year, month, monthrange(year, month)[1]) for year in (2012, 2013) for month in range(1, 13)]
TODAY = date(2026, 3, 16)


@dataclass(frozen=True)
class Billed:
    client: str
    day: date
    due: date
    settled: date
    amount: Decimal


def billed(path: Path) -> list[Billed]:
    """What a file says, read here with nothing of Solde."""

    def day(text: str) -> date:
        month, day, year = text.split("/")
        return date(int(year), int(month), int(day))

    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            Billed(
                client=row["customerID"],
                day=day(row["InvoiceDate"]),
                due=day(row["DueDate"]),
                settled=day(row["SettledDate"]),
                amount=Decimal(row["InvoiceAmount"]),
            )
            for row in csv.DictReader(file)
        ]


def due_on(rows: Iterable[Billed], on: date) -> dict[str, tuple[Decimal, Decimal]]:
    """What each client has unpaid, and what of it is overdue, at the end of a day."""
    unpaid: dict[str, Decimal] = defaultdict(Decimal)
    overdue: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        counts = row.day <= on < row.settled
        unpaid[row.client] += row.amount if counts else 0
        overdue[row.client] += row.amount if counts and row.due < on else 0
    return {client: (unpaid[client], overdue[client]) for client in unpaid}


def check(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Import a file, and compare every balance of its two years with what the file itself says."""
    rows = billed(path)
    expected = {on: due_on(rows, on) for on in MONTH_ENDS}
    assert any(overdue for clients in expected.values() for _, overdue in clients.values())

    call_command("import_open_items", path, "--mapping", "ar_sample")

    served = {
        on: {
            row.client.code: (row.balance.unpaid_invoices.amount, row.balance.overdue.amount)
            for row in client_balances(today=TODAY, on=on)
        }
        for on in MONTH_ENDS
    }
    assert served == expected
    assert {row.balance.balance.amount for row in client_balances(today=TODAY)} == {0}

    capsys.readouterr()
    printed = {}
    for on in MONTH_ENDS:
        call_command("balances", "--json", "--on", on.isoformat())
        found = json.loads(capsys.readouterr().out)
        printed[on] = {one["code"]: (Decimal(one["unpaid_invoices"]), Decimal(one["overdue"])) for one in found}
    assert printed == expected

    assert Document.objects.count() == 2 * len(rows)
    with pytest.raises(CommandError, match="a déjà été importé"):
        call_command("import_open_items", path, "--mapping", "ar_sample")
    call_command("verify_ledger")


@pytest.mark.real_data
@pytest.mark.long
def test_every_month_end_of_the_real_file_is_as_the_file_says(own_database, capsys):
    rows = billed(SAMPLE)
    assert (len(rows), len({row.client for row in rows})) == (2466, 100)

    check(SAMPLE, capsys)


def test_every_month_end_of_a_file_of_the_same_shape_is_as_the_file_says(own_database, capsys, tmp_path):
    file = tmp_path / "made.csv"
    file.write_text("\n".join([HEADINGS, *made(Random(20120103))]), encoding="utf-8")

    check(file, capsys)


def made(random: Random) -> Iterable[str]:
    """Lines of the shape of the sample: 300 invoices of 20 clients over two years."""
    clients = [f"{random.randrange(10_000):04d}-{''.join(random.choices('ABCDEFGHJK', k=5))}" for _ in range(20)]
    for number in random.sample(range(10**9, 10**10), 300):
        day = date(2012, 1, 3) + timedelta(days=random.randrange(700))
        due = day + timedelta(days=30)
        settled = day + timedelta(days=random.choice([0, random.randrange(75), random.randrange(75)]))
        amount = Decimal(random.randrange(500, 13_000)).scaleb(-2).normalize()
        late = max((settled - due).days, 0)
        days = ",".join(f"{one.month}/{one.day}/{one.year}" for one in (day, due))
        yield (
            f"391,{random.choice(clients)},4/6/2013,{number},{days},{amount:f},No,"
            f"{settled.month}/{settled.day}/{settled.year},Paper,{(settled - day).days},{late}"
        )
