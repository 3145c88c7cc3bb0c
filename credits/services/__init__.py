"""What a user does with credit notes."""

from credits.services.cancelling import (
    AlreadyCancelled,
    FreedLineTaken,
    NotValidated,
    cancel_credit_note,
    cancel_invoice,
)
from credits.services.drafting import (
    Credited,
    ForeignInvoice,
    InvoiceNotIssued,
    NotCreditable,
    NotOnInvoice,
    ReferenceNeeded,
    draft_amount_credit,
    draft_credit,
    draft_global_credit,
)
from credits.services.printing import credit_note_file, print_credit_note
from credits.services.validating import AlreadyValidated, NothingToCredit, validate_credit_note

__all__ = [
    "AlreadyCancelled",
    "AlreadyValidated",
    "Credited",
    "ForeignInvoice",
    "FreedLineTaken",
    "InvoiceNotIssued",
    "NotCreditable",
    "NotOnInvoice",
    "NotValidated",
    "NothingToCredit",
    "ReferenceNeeded",
    "cancel_credit_note",
    "cancel_invoice",
    "credit_note_file",
    "draft_amount_credit",
    "draft_credit",
    "draft_global_credit",
    "print_credit_note",
    "validate_credit_note",
]
