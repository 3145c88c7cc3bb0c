"""What a user does with credit notes."""

from credits.services.cancelling import (
    AlreadyCancelled,
    FreedLineTaken,
    NotValidated,
    cancel_credit_note,
    cancel_invoice,
)
from credits.services.drafting import (
    AlreadyValidated,
    Credited,
    ForeignInvoice,
    InvoiceNotIssued,
    NotCreditable,
    NotOnInvoice,
    ReferenceNeeded,
    change_credit,
    change_global_credit,
    delete_credit,
    draft_amount_credit,
    draft_credit,
    draft_global_credit,
    would_credit,
)
from credits.services.mailing import LETTER, letter_values
from credits.services.printing import credit_note_file, draft_credit_pdf, print_credit_note
from credits.services.validating import (
    NothingToCredit,
    credit_amount,
    set_settling,
    settles_at_validation,
    validate_credit_note,
)

__all__ = [
    "LETTER",
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
    "change_credit",
    "change_global_credit",
    "credit_amount",
    "credit_note_file",
    "delete_credit",
    "draft_amount_credit",
    "draft_credit",
    "draft_credit_pdf",
    "draft_global_credit",
    "letter_values",
    "print_credit_note",
    "set_settling",
    "settles_at_validation",
    "validate_credit_note",
    "would_credit",
]
