"""Rows of the ledger as an attacker writes them, past every service."""

from datetime import date
from typing import Any

from ledger.models import OpenItem, Operation
from tests.helpers import execute, insert


def raw_entry(like: OpenItem, op: Operation, day: date | None = None, **columns: Any) -> int:
    """An entry of an item's document, on the item's day unless said, without lines."""
    values = {
        "journal_id": "VE",
        "document_id": like.document_id,
        "operation_id": op.pk,
        "day": day or like.day,
        "currency": "EUR",
        "label": "Attaque",
    }
    return insert("ledger_entry", **(values | columns))


def raw_line(entry: int, like: OpenItem, *, debit: str = "0", credit: str = "0", **columns: Any) -> dict[str, Any]:
    """The columns of a line on 706, of an item's day."""
    values = {"entry_id": entry, "day": like.day, "account_id": "706", "kind": "", "debit": debit, "credit": credit}
    return values | columns


def raw_client_line(
    entry: int, like: OpenItem, *, debit: str = "0", credit: str = "0", **columns: Any
) -> dict[str, Any]:
    """The columns of a line on 411, of an item's account, party, kind and days."""
    client = {
        "account_id": "411",
        "client_account_id": like.account_id,
        "party_id": like.party_id,
        "kind": like.kind,
        "due": like.due,
    }
    return raw_line(entry, like, debit=debit, credit=credit) | client | columns


def raw_allocation(debit: OpenItem, credit: OpenItem, op: Operation, amount: str, **columns: Any) -> dict[str, Any]:
    """The columns of an allocation of two items, of the later of their days."""
    values = {
        "account_id": debit.account_id,
        "debit_id": debit.pk,
        "credit_id": credit.pk,
        "amount": amount,
        "day": max(debit.day, credit.day),
        "debit_day": debit.day,
        "debit_due": debit.due,
        "credit_day": credit.day,
        "operation_id": op.pk,
    }
    return values | columns


def raw_document(like: OpenItem, op: Operation, **columns: Any) -> dict[str, Any]:
    """The columns of an invoice of our own series, the first of its year, of an item's account and day."""
    values = {
        "kind": "invoice",
        "reference": "FAC-2026-00001",
        "account_id": like.account_id,
        "day": like.day,
        "series_id": series("FAC"),
        "year": 2026,
        "number": 1,
        "operation_id": op.pk,
    }
    return values | columns


def series(prefix: str) -> int:
    """The key of a series."""
    return execute("SELECT id FROM ledger_series WHERE prefix = %s", prefix)[0][0]


def unused(table: str, column: str = "id") -> int:
    """A key that no row has yet, and that none will be given by itself."""
    return execute(f"SELECT coalesce(max({column}), 0) + 1000000 FROM {table}")[0][0]
