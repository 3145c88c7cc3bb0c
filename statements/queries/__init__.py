"""Reads over all apps; they own no money."""

from statements.queries.balances import ClientBalance, client_balances
from statements.queries.documents import entries_of, incident_of, items_now, movement_of, settlements, visits_of
from statements.queries.open_items import Group, OpenAccount, Row, open_account, open_credits
from statements.queries.operations import time_line

__all__ = [
    "ClientBalance",
    "Group",
    "OpenAccount",
    "Row",
    "client_balances",
    "entries_of",
    "incident_of",
    "items_now",
    "movement_of",
    "open_account",
    "open_credits",
    "settlements",
    "time_line",
    "visits_of",
]
