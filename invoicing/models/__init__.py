"""The catalogue, what was done for a client, and the invoices made of it."""

from invoicing.models.batches import Batch, BatchItem
from invoicing.models.catalogue import ITEM_CODE, Category, Item, ItemChange, Tariff
from invoicing.models.disputes import Dispute
from invoicing.models.invoices import Instalment, Invoice, InvoiceLine, InvoiceTax
from invoicing.models.lines import Nature, PricedLine
from invoicing.models.visits import Visit, VisitLine, VisitSpell

__all__ = [
    "ITEM_CODE",
    "Batch",
    "BatchItem",
    "Category",
    "Dispute",
    "Instalment",
    "Invoice",
    "InvoiceLine",
    "InvoiceTax",
    "Item",
    "ItemChange",
    "Nature",
    "PricedLine",
    "Tariff",
    "Visit",
    "VisitLine",
    "VisitSpell",
]
