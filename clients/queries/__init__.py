"""Reads of clients."""

from clients.queries.finding import Findings, Hit, find
from clients.queries.lists import (
    Totals,
    Waiting,
    balances,
    bears,
    clients_by_code,
    documents_named,
    found,
    next_code,
    opening_days,
    operations,
    totals_by_status,
    waiting,
    with_figures,
)
from clients.queries.records import (
    Opening,
    alerts,
    changes_since,
    history,
    likely_duplicates,
    openings,
    was_sent,
)

__all__ = [
    "Findings",
    "Hit",
    "Opening",
    "Totals",
    "Waiting",
    "alerts",
    "balances",
    "bears",
    "changes_since",
    "clients_by_code",
    "documents_named",
    "find",
    "found",
    "history",
    "likely_duplicates",
    "next_code",
    "opening_days",
    "openings",
    "operations",
    "totals_by_status",
    "waiting",
    "was_sent",
    "with_figures",
]
