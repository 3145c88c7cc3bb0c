"""What a user does with visits and invoices."""

from invoicing.services.invoices import (
    AlreadyIssued,
    BeforeVisit,
    NegativeTotal,
    NothingToInvoice,
    Plan,
    SeveralClients,
    draft_lines,
    draft_visits,
    identity_of,
    issue_invoice,
    sales_parts,
)
from invoicing.services.visits import (
    AlreadyInvoiced,
    NegativeVisit,
    NewLine,
    VisitInFuture,
    change_visit,
    end_spells,
    quoted,
    record_visit,
    restate,
)

__all__ = [
    "AlreadyInvoiced",
    "AlreadyIssued",
    "BeforeVisit",
    "NegativeTotal",
    "NegativeVisit",
    "NewLine",
    "NothingToInvoice",
    "Plan",
    "SeveralClients",
    "VisitInFuture",
    "change_visit",
    "draft_lines",
    "draft_visits",
    "end_spells",
    "identity_of",
    "issue_invoice",
    "quoted",
    "record_visit",
    "restate",
    "sales_parts",
]
