"""What is done once a credit note is validated: its PDF, so that it is there when somebody wants it."""

from django.utils.timezone import now
from procrastinate.contrib.django import app

from credits.models import CreditNote
from credits.services import credit_note_file
from office import jobs


@app.task
def keep_credit_note(key: int) -> None:
    """Make and keep the PDF of a validated credit note, unless somebody wanted it before."""
    with jobs.own_connection():
        credit_note_file(CreditNote.objects.select_related("document").get(pk=key), at=now())
