"""The ledger's tables: who owes, what was posted, what is open, and what guards them."""

from ledger.models.accounts import ClientAccount, GeneralAccount, Journal, Party
from ledger.models.banks import BankAccount
from ledger.models.control import Operation, PeriodLock, Series
from ledger.models.items import Allocation, OpenItem, Pending, Reservation
from ledger.models.journal import Document, Entry, Kind, Line, Seal

__all__ = [
    "Allocation",
    "BankAccount",
    "ClientAccount",
    "Document",
    "Entry",
    "GeneralAccount",
    "Journal",
    "Kind",
    "Line",
    "OpenItem",
    "Operation",
    "Party",
    "Pending",
    "PeriodLock",
    "Reservation",
    "Seal",
    "Series",
]
