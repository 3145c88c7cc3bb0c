"""An e-mail to a client: written, marked, handed to the server, and what became of it.

Nothing is sent twice by itself: `begin` marks an e-mail before it is handed over, in a transaction of its own, and
what is found marked was cut off in between. Source: rules, « E-mails ».
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Max, Q

from clients.letters import LETTERS, Letter, Text
from clients.models import Mail, MailAttempt, MailTemplate
from ledger.models import ClientAccount, Document, Operation
from ledger.services import posting
from office.errors import SoldeError
from office.events import record
from office.kept import Damaged, checked
from office.mailing import MailRefused, sender
from office.models import Event, KeptFile, User
from office.services import save_setting

# After each failure but the last; then it has failed for good.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 20, 60, 240))
LONGEST = timedelta(minutes=10)  # far more than a server is waited for
LATE = timedelta(minutes=5)  # from when on a job that didn't come is taken for lost
CUT_OFF = "L’envoi a été coupé\u00a0: le message est peut-être parti. Demandez au client s’il l’a reçu."
DAMAGED = "La pièce jointe conservée est abîmée\u00a0: le message n’est pas parti."


class AlreadyResent(SoldeError):
    """An e-mail is sent again once; the newer one may be sent again in its turn."""

    def __init__(self) -> None:
        super().__init__("Cet e-mail a déjà été renvoyé.")


class NotLost(SoldeError):
    """What is under way or has arrived needs nothing from anybody."""

    def __init__(self, mail: Mail) -> None:
        super().__init__(f"Cet e-mail est dans l’état «\u00a0{mail.get_state_display()}\u00a0»\u00a0: rien à faire.")


# Writing


@posting
def write_mail(
    *,
    account: ClientAccount,
    letter: Letter,
    text: Text,
    recipient: str,
    files: Sequence[KeptFile],
    op: Operation,
    job: Callable[..., Any],
    document: Document | None = None,
    follows: Mail | None = None,
) -> Mail:
    """Write an e-mail to a client and have it sent. job: what queues its sending, given its key as `key`.

    Raises NoMailServer.
    """
    sender()  # else nothing can leave
    mail = Mail.objects.create(
        account=account,
        document=document,
        kind=letter.key,
        recipient=recipient,
        subject=text.subject,
        body=text.body,
        operation=op,
        follows=follows,
    )
    mail.files.set(files)
    job(key=mail.pk)
    return mail


@posting
def resend_mail(*, mail: Mail, recipient: str, op: Operation, job: Callable[..., Any]) -> Mail:
    """Write an e-mail that was lost once more, with the same words and files. Raises NotLost, AlreadyResent."""
    stored = _locked(mail.pk)
    if Mail.objects.filter(follows=stored).exists():
        raise AlreadyResent
    if not stored.is_lost:
        raise NotLost(stored)
    return write_mail(
        account=stored.account,
        letter=LETTERS[stored.kind],
        text=Text(stored.subject, stored.body),
        recipient=recipient,
        files=list(stored.files.defer("content").order_by("pk")),
        document=stored.document,
        follows=stored,
        op=op,
        job=job,
    )


@transaction.atomic
def mark_as_sent(mail: Mail, *, by: User, at: datetime) -> None:
    """Say of an e-mail whose sending was cut off that it has arrived. Raises NotLost."""
    stored = _locked(mail.pk)
    if stored.state == Mail.State.SENT and stored.settled_by_id == by.pk:
        return
    if stored.state != Mail.State.UNCERTAIN:
        raise NotLost(stored)
    _become(stored, Mail.State.SENT, ended_at=at, settled_by=by)


# Sending


def message_of(mail: Mail) -> EmailMessage:
    """An e-mail as it is handed over, with its files as they are kept. Raises Damaged."""
    message = EmailMessage(subject=mail.subject, body=mail.body, to=[mail.recipient])
    for file in mail.files.order_by("pk"):
        message.attach(file.name, checked(file), "application/pdf")
    return message


def begin(key: int, *, at: datetime) -> EmailMessage | None:
    """Mark an e-mail as being sent, in a transaction of its own, and give what to hand over; None if it isn't to be.

    One that is marked already was cut off: from now on it is uncertain.
    """
    with transaction.atomic(durable=True):
        mail = _locked(key)
        if mail.state == Mail.State.SENDING:
            _cut_off(mail)
        if mail.state not in (Mail.State.WAITING, Mail.State.RETRYING):
            return None
        try:
            message = message_of(mail)
        except Damaged:
            _become(mail, Mail.State.FAILED, ended_at=at, told=DAMAGED)
            return None
        _become(mail, Mail.State.SENDING)
        rank = (mail.attempts.aggregate(last=Max("rank"))["last"] or 0) + 1
        MailAttempt.objects.create(mail=mail, rank=rank, begun_at=at)
        return message


@transaction.atomic
def note_sent(key: int, *, at: datetime) -> None:
    """The server took an e-mail, though late it may say so."""
    mail = _locked(key)
    if mail.state in (Mail.State.SENDING, Mail.State.UNCERTAIN):
        _become(mail, Mail.State.SENT, ended_at=at)
        _end_attempt(mail, at, "")


@transaction.atomic
def note_refused(key: int, error: SoldeError, *, at: datetime, job: Callable[..., Any]) -> None:
    """The server didn't take an e-mail: it is tried again after longer and longer pauses, or has failed.

    job: what queues its sending for a moment, given `key` and `at`.
    """
    mail = _locked(key)
    if mail.state != Mail.State.SENDING:
        return
    done = mail.attempts.count()
    _end_attempt(mail, at, error.message)
    if done > len(PAUSES) or (isinstance(error, MailRefused) and error.for_good):
        _become(mail, Mail.State.FAILED, ended_at=at, told=error.message)
        return
    again = at + PAUSES[done - 1]
    _become(mail, Mail.State.RETRYING, next_at=again, told=error.message)
    job(key=key, at=again)


@transaction.atomic
def note_uncertain(key: int, told: str, *, at: datetime) -> None:
    """Nobody knows whether an e-mail has left: no job sends it again."""
    mail = _locked(key)
    if mail.state == Mail.State.SENDING:
        _become(mail, Mail.State.UNCERTAIN, told=told)
        _end_attempt(mail, at, told)


def sweep_mails(now: datetime, *, job: Callable[..., Any]) -> None:
    """See to what no job sees to any more: what is being sent for far too long, and what should have been long ago.

    job: what queues the sending of an e-mail, given its key as `key`.
    """
    long_ago = MailAttempt.objects.filter(ended_at=None, begun_at__lt=now - LONGEST).values("mail")
    for key in (
        Mail.objects.filter(state=Mail.State.SENDING, pk__in=long_ago).order_by("pk").values_list("pk", flat=True)
    ):
        with transaction.atomic():
            mail = _locked(key)
            if mail.state == Mail.State.SENDING:
                _cut_off(mail)
    forgotten = Q(state=Mail.State.WAITING, operation__at__lt=now - LATE)
    forgotten |= Q(state=Mail.State.RETRYING, next_at__lt=now - LATE)
    for key in Mail.objects.filter(forgotten).order_by("pk").values_list("pk", flat=True):
        job(key=key)


def _locked(key: int) -> Mail:
    found = Mail.objects.select_for_update(no_key=True, of=("self",)).select_related("account", "document")
    return found.get(pk=key)


def _become(mail: Mail, state: Mail.State, **told: Any) -> None:
    values = {"next_at": None, "ended_at": None, "told": "", **told}
    mail.state = state
    for name, value in values.items():
        setattr(mail, name, value)
    mail.save(update_fields=["state", *values])


def _cut_off(mail: Mail) -> None:
    _become(mail, Mail.State.UNCERTAIN, told=CUT_OFF)


def _end_attempt(mail: Mail, at: datetime, told: str) -> None:
    MailAttempt.objects.filter(mail=mail, ended_at=None).update(ended_at=at, told=told)


# The texts


@transaction.atomic
def save_template(letter: Letter, text: Text, *, by: User) -> None:
    """Keep what the e-mails of a kind say from now on; what was the proposed text is logged as what was before."""
    proposed = {"subject": letter.subject, "body": letter.body}
    row, _ = MailTemplate.objects.get_or_create(kind=letter.key, defaults=proposed)
    row.subject, row.body = text.subject, text.body
    save_setting(row, fields=["subject", "body"], by=by, about=f"E-mails, {letter.label}")


@transaction.atomic
def restore_template(letter: Letter, *, by: User) -> None:
    """Go back to the proposed text."""
    deleted, _ = MailTemplate.objects.filter(pk=letter.key).delete()
    if deleted:
        detail = {"paramètre": f"E-mails, {letter.label}", "action": "texte proposé rétabli"}
        record(Event.Kind.SETTINGS, detail, user=by)
