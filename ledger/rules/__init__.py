"""The rules of the ledger that PostgreSQL enforces by triggers; docs/rules.md, « Invariants »."""

from ledger.rules.accounts import CLIENT_ACCOUNT, GENERAL_ACCOUNT, JOURNAL, OPERATION, PARTY, PERIOD_LOCK, SERIES
from ledger.rules.items import ALLOCATION, OPEN_ITEM, RESERVATION
from ledger.rules.journal import DOCUMENT, ENTRY, LINE, SEAL
from office.triggers import refuse

__all__ = [
    "ALLOCATION",
    "CLIENT_ACCOUNT",
    "DOCUMENT",
    "ENTRY",
    "GENERAL_ACCOUNT",
    "JOURNAL",
    "LINE",
    "OPEN_ITEM",
    "OPERATION",
    "PARTY",
    "PERIOD_LOCK",
    "RESERVATION",
    "SEAL",
    "SERIES",
    "refuse",
]
