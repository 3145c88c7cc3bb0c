"""A round's statements handed out: joined into one PDF to print or a ZIP, and sent by e-mail, none twice."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import IO, Any
from zipfile import ZIP_STORED, ZipFile

from django.db import transaction
from django.db.models import F
from pypdf import PdfReader, PdfWriter

from clients.letters import filled
from clients.queries import address_by_client, text_of
from clients.services import write_mail
from ledger.models import Operation
from ledger.services import posting
from office.errors import SoldeError
from office.events import record
from office.kept import Damaged, checked
from office.mailing import sender
from office.models import Event, KeptFile, User
from office.pool import batches
from statements.models import Round, Statement
from statements.rounds.making import NO_EMAIL, STEP, locked_round
from statements.rounds.pressing import LETTER, SUBJECT, letter_values
from statements.rounds.queries import to_mail

DAMAGED = "le PDF conservé est abîmé"


class NothingToSend(SoldeError):
    """Nothing of the round is left to be sent by e-mail."""

    def __init__(self) -> None:
        super().__init__("Aucun relevé de ce lot n’est à envoyer par e-mail.")


def files_of(statements: Iterable[Statement]) -> dict[int, KeptFile]:
    """The kept files of statements, by the statement's key."""
    keys = [statement.pk for statement in statements]
    return {file.key: file for file in KeptFile.objects.filter(subject=SUBJECT, key__in=keys)}


def join_files(
    statements: Sequence[Statement], target: IO[bytes], *, zipped: bool, told: Callable[[int, int], None]
) -> list[int]:
    """Put the PDFs of statements into one file, a ZIP of them all or one PDF to print; answers the keys of the files.

    told: how far it has come. Raises Damaged.
    """
    kept: list[int] = []
    archive = ZipFile(target, "w", ZIP_STORED) if zipped else None
    written = PdfWriter()
    for some in batches(statements, STEP):
        found = files_of(some)
        for statement in some:
            told(len(kept), len(statements))
            content = checked(found[statement.pk])
            if archive:
                archive.writestr(found[statement.pk].name, content)
            else:
                written.append(PdfReader(BytesIO(content)), import_outline=False)
            kept.append(found[statement.pk].pk)
    if archive:
        archive.close()
    else:
        written.write(target)
    told(len(kept), len(statements))
    return kept


@transaction.atomic
def note_handed_out(
    of: Round, statements: Sequence[Statement], files: Sequence[int], *, by: User | None, at: datetime, printed: bool
) -> None:
    """Note that statements of a round were put into a file, each copy counted, and log it. printed: on paper."""
    if printed:
        Statement.objects.filter(pk__in=[statement.pk for statement in statements]).update(printed_at=at)
    KeptFile.objects.filter(pk__in=files).update(prints=F("prints") + 1)
    record(Event.Kind.PRINT, {"pièce": str(of), "relevés": len(files)}, user=by)


@posting
def send_round(*, of: Round, op: Operation, job: Callable[..., Any]) -> Round:
    """Ask for the statements of a round to be sent to the clients who get e-mails.

    job: what queues the writing, given the round's key as `key`. Raises NoMailServer, NothingToSend.
    """
    sender()  # else nothing can leave
    stored = locked_round(of.pk)
    if not to_mail(stored).exists():
        raise NothingToSend
    if stored.mailing_id is None:
        stored.mailing = op
    stored.stepped_at = op.at
    stored.save(update_fields=["mailing", "stepped_at"])
    job(key=stored.pk)
    return stored


def write_mails(key: int, *, at: datetime, job: Callable[..., Any]) -> bool:
    """Write the next e-mails of a round, all within one transaction; False once none is left, or none is wanted.

    job: what queues the sending of an e-mail, given its key as `key`.
    """
    text = text_of(LETTER)
    with transaction.atomic():
        of = locked_round(key)
        if of.mailing is None or not (statements := list(to_mail(of)[:STEP])):
            return False
        known, files = address_by_client(one.client for one in statements), files_of(statements)
        for statement in statements:
            address, file = known.get(statement.client_id, ""), files[statement.pk]
            if not _is_sound(file):
                statement.unsent = DAMAGED
            elif address:
                statement.mail = write_mail(
                    account=statement.client.account,
                    letter=LETTER,
                    text=filled(text, letter_values(statement)),
                    recipient=address,
                    files=[file],
                    op=of.mailing,
                    job=job,
                )
            else:  # taken off the client's sheet meanwhile
                statement.unsent = NO_EMAIL
        Statement.objects.bulk_update(statements, ["mail", "unsent"])
        of.stepped_at = at
        of.save(update_fields=["stepped_at"])
    return True


def _is_sound(file: KeptFile) -> bool:
    try:
        checked(file)
    except Damaged:
        return False
    return True
