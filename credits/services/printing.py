"""Credit notes as files: the A4 PDF with its e-invoice; made once, kept, and logged as it goes out."""

from datetime import date, datetime

from credits.e_documents import draft_e_credit_note, e_credit_note
from credits.models import CreditNote
from invoicing.services import document_pdf, draft_document_pdf, file_name, identity_of, seller_of
from office.kept import hand_out, kept_file
from office.models import KeptFile, User

SUBJECT = "credit_note"  # of what is kept


def credit_note_file(note: CreditNote, *, at: datetime) -> KeptFile:
    """The PDF of a validated credit note: made at first need from what it keeps, then kept. Raises NotIssued."""
    document = e_credit_note(note)
    return kept_file(SUBJECT, note.pk, name=file_name(document), at=at, make=lambda: document_pdf(document))


def draft_credit_pdf(note: CreditNote, *, on: date) -> bytes:
    """A draft on paper, marked as one, as it would be validated on a day: nothing of it is kept."""
    buyer = identity_of(note.client, note.party)
    lines = list(note.lines.all())
    seller = seller_of(buyer, lines, on=on, site=note.site, follows=note.invoice is not None)
    return draft_document_pdf(draft_e_credit_note(note, on=on, seller=seller, buyer=buyer))


def print_credit_note(note: CreditNote, *, by: User | None, at: datetime) -> KeptFile:
    """Hand out the PDF of a validated credit note: always the same bytes, each time logged. Raises NotIssued."""
    file = credit_note_file(note, at=at)
    hand_out(file, by=by, what=f"Avoir {note}")
    return file
