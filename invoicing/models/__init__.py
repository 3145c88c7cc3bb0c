"""What was done for a client, and the invoices made of it."""

from invoicing.models.invoices import Instalment, Invoice, InvoiceLine, InvoiceTax
from invoicing.models.lines import Nature, PricedLine
from invoicing.models.visits import Visit, VisitLine, VisitSpell

__all__ = [
    "Instalment",
    "Invoice",
    "InvoiceLine",
    "InvoiceTax",
    "Nature",
    "PricedLine",
    "Visit",
    "VisitLine",
    "VisitSpell",
]
