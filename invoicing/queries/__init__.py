"""Reads of visits and invoices, and of the catalogue."""

from invoicing.queries.catalogue import (
    Found,
    catalogue,
    item_history,
    items_by_code,
    next_item_code,
    overlapping,
    rates_on,
    tariffs_found,
    tariffs_of,
)
from invoicing.queries.sales import (
    Basket,
    BasketLine,
    all_visits_to_invoice,
    basket,
    invoice_of,
    invoices,
    live_spells,
    visits,
    visits_to_invoice,
    waiting_lines,
    waiting_spells,
)

__all__ = [
    "Basket",
    "BasketLine",
    "Found",
    "all_visits_to_invoice",
    "basket",
    "catalogue",
    "invoice_of",
    "invoices",
    "item_history",
    "items_by_code",
    "live_spells",
    "next_item_code",
    "overlapping",
    "rates_on",
    "tariffs_found",
    "tariffs_of",
    "visits",
    "visits_to_invoice",
    "waiting_lines",
    "waiting_spells",
]
