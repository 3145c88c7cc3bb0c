"""Reads over all apps; they own no money."""

from statements.models import Basis
from statements.queries.aged_balance import (
    AGEING,
    AgedClient,
    AgedTotal,
    aged_balance,
    aged_orders,
    ageing_limits,
    receivable,
)
from statements.queries.ageing import LIMITS, Aged, age_labels, aged
from statements.queries.balances import ClientBalance, client_balances
from statements.queries.collected_vat import Collected, collected_by_rate
from statements.queries.curve import Curve, curve
from statements.queries.day import (
    Count,
    LateClient,
    credits_to_use,
    due_today,
    how_many,
    late_clients,
    missing_settings,
    number_late,
    to_invoice,
)
from statements.queries.documents import (
    Print,
    incident_of,
    instalments_of,
    invoice_on,
    items_now,
    movement_of,
    prints_of,
    settlements,
)
from statements.queries.dues import (
    DuesTotal,
    DuesWanted,
    due_code,
    dues,
    dues_totals,
    hidden_columns,
    late_days,
    planned_of,
    with_details,
)
from statements.queries.expected import Expected, expected
from statements.queries.extract import Extract, Wanted, extract_of
from statements.queries.history import Act, history
from statements.queries.ledger_books import AccountBook, account_balances, account_books, lettrage
from statements.queries.open_items import Group, OpenAccount, Row, open_account, open_credits
from statements.queries.operations import Happened, OperationsPage, time_line
from statements.queries.outstanding import (
    Debtor,
    MonthEnd,
    StatusTotal,
    month_ends,
    outstanding_by_status,
    who_owe_most,
)
from statements.queries.sales import Sales, sales, sales_accounts
from statements.queries.walk_ins import WalkInDocument, walk_in_documents
from statements.queries.where import EVERYWHERE, Where

__all__ = [
    "AGEING",
    "EVERYWHERE",
    "LIMITS",
    "AccountBook",
    "Act",
    "Aged",
    "AgedClient",
    "AgedTotal",
    "Basis",
    "ClientBalance",
    "Collected",
    "Count",
    "Curve",
    "Debtor",
    "DuesTotal",
    "DuesWanted",
    "Expected",
    "Extract",
    "Group",
    "Happened",
    "LateClient",
    "MonthEnd",
    "OpenAccount",
    "OperationsPage",
    "Print",
    "Row",
    "Sales",
    "StatusTotal",
    "WalkInDocument",
    "Wanted",
    "Where",
    "account_balances",
    "account_books",
    "age_labels",
    "aged",
    "aged_balance",
    "aged_orders",
    "ageing_limits",
    "client_balances",
    "collected_by_rate",
    "credits_to_use",
    "curve",
    "due_code",
    "due_today",
    "dues",
    "dues_totals",
    "expected",
    "extract_of",
    "hidden_columns",
    "history",
    "how_many",
    "incident_of",
    "instalments_of",
    "invoice_on",
    "items_now",
    "late_clients",
    "late_days",
    "lettrage",
    "missing_settings",
    "month_ends",
    "movement_of",
    "number_late",
    "open_account",
    "open_credits",
    "outstanding_by_status",
    "planned_of",
    "prints_of",
    "receivable",
    "sales",
    "sales_accounts",
    "settlements",
    "time_line",
    "to_invoice",
    "walk_in_documents",
    "who_owe_most",
    "with_details",
]
