"""What is late is asked for: reminders written down and noted on their rows, as letters or e-mails.

Source: rules, « Relances ».
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.db import transaction
from pypdf import PdfReader, PdfWriter

from clients.letters import LETTERS, filled
from clients.queries import text_of
from clients.services import write_mail
from invoicing.mentions import is_professional
from invoicing.services import identity_of
from ledger.models import OpenItem, Operation
from ledger.queries import default_bank
from ledger.services import lock, posting
from office.amounts import format_amount, format_quantity
from office.errors import SoldeError
from office.kept import checked, hand_out, kept_file
from office.legal import RATE
from office.mailing import sender
from office.models import KeptFile, User
from office.pdf import render_pdf
from office.queries import company, legal_texts
from statements.models import Reminded, Reminder
from statements.paper import reminder_paper
from statements.reminding.queries import Asked, Plan, plan_of, rows_of

LETTER = LETTERS["reminder"]
SUBJECT, TEMPLATE = "reminder", "statements/print/reminder.html"
SAYS = {
    Reminder.Level.REMINDER: "reminder",
    Reminder.Level.SECOND: "reminder_again",
    Reminder.Level.NOTICE: "formal_notice",
}


class NothingToRemind(SoldeError):
    """Every row that was chosen is left alone."""

    def __init__(self, plan: Plan) -> None:
        told = left_alone(plan)
        super().__init__(f"Aucune relance n’est faite. {told}" if told else "Choisissez des échéances en retard.")


class NoticeByPost(SoldeError):
    """A formal notice is a letter."""

    field = "level"

    def __init__(self) -> None:
        super().__init__("Une mise en demeure part par courrier recommandé\u00a0: choisissez la lettre.")


def left_alone(plan: Plan) -> str:
    """Which rows are left alone and why, in a sentence; nothing if none is."""
    told: dict[str, list[str]] = {}
    for item, reason in plan.left:
        told.setdefault(reason, []).append(str(item.document))
    said = "\u00a0; ".join(f"{reason} ({', '.join(references)})" for reason, references in told.items())
    return f"Laissées de côté\u00a0: {said}." if said else ""


@posting
def remind(*, items: Sequence[int], way: str, level: int | None, op: Operation, job: Callable[..., Any]) -> Operation:
    """Remind clients of rows of the échéancier that are late, one reminder each, noted on every row.

    items: their keys. way: « letter » or « email », or empty for what each row says. level: how firm, or None for the
    next. job: what queues the writing of the e-mails, given the operation's key as `key`.
    Raises NothingToRemind, NoticeByPost, NoMailServer. Source: rules, « Relances ».
    """
    if level == Reminder.Level.NOTICE and way != Reminder.Way.LETTER:
        raise NoticeByPost
    accounts = OpenItem.objects.filter(pk__in=list(items)).select_related("account")
    lock(*{item.account_id: item.account for item in accounts.order_by("pk")}.values())
    plan = plan_of(items, way=way, level=level, on=op.day)
    if not plan.asked:
        raise NothingToRemind(plan)
    for asked in plan.asked:
        _remind(asked, op)
    if any(asked.way == Reminder.Way.EMAIL for asked in plan.asked):
        sender()  # else nothing can leave
        job(key=op.pk)
    return op


def _remind(asked: Asked, op: Operation) -> None:
    buyer = identity_of(asked.client, asked.party)
    seller = company().identity()
    if bank := default_bank():
        seller["bank"] = {"name": bank.bank_name, "iban": bank.iban, "bic": bank.bic}
    made = Reminder.objects.create(
        client=asked.client,
        operation=op,
        level=asked.level,
        way=asked.way,
        day=op.day,
        total=asked.total,
        currency=asked.client.account.currency,
        buyer=buyer,
        seller=seller,
        mentions=_mentions(legal_texts(op.day), buyer, asked.level),
        recipient=asked.address if asked.way == Reminder.Way.EMAIL else "",
    )
    Reminded.objects.bulk_create(Reminded(reminder=made, item=item, left=item.open) for item in asked.items)


def write_mails(key: int, *, at: datetime, job: Callable[..., Any]) -> None:
    """Write the e-mails of one click that aren't written yet, each with its letter, which is made before and kept.

    key: of the operation. job: what queues the sending of an e-mail, given its key as `key`.
    Raises NoMailServer, Damaged.
    """
    left = Reminder.objects.filter(operation=key, way=Reminder.Way.EMAIL, mail=None).select_related("client__account")
    text = text_of(LETTER)
    for reminder in left.order_by("pk"):
        file = reminder_file(reminder, at=at)  # outside the transaction: nobody waits while it is laid out
        with transaction.atomic():
            stored = Reminder.objects.select_for_update(no_key=True).get(pk=reminder.pk)
            if stored.mail_id:
                continue  # by another job meanwhile
            stored.mail = write_mail(
                account=reminder.client.account,
                letter=LETTER,
                text=filled(text, _values(reminder)),
                recipient=reminder.recipient,
                files=[file],
                op=stored.operation,
                job=job,
            )
            stored.save(update_fields=["mail"])


def _mentions(texts: Mapping[str, str], buyer: Mapping[str, Any], level: int) -> list[str]:
    """What a reminder says: its own text, then what late payment entails.

    A private person owes neither the penalty nor the 40 €, only interest from a formal notice on.
    """
    said = [texts.get(SAYS[Reminder.Level(level)], "")]
    if is_professional(buyer):
        rate, penalty = texts.get("penalty_rate"), texts.get("penalty", "")
        if RATE not in penalty or rate:
            said.append(penalty.replace(RATE, format_quantity(Decimal(rate or 0))))
        said.append(texts.get("recovery", ""))
    elif level == Reminder.Level.NOTICE:
        said.append(texts.get("interest", ""))
    return [said[0], *filter(None, said[1:])]


def _values(reminder: Reminder) -> dict[str, str]:
    business, currency = company(), reminder.currency
    return {
        "client": reminder.client.full_name,
        "code": reminder.client.code,
        "entreprise": business.name,
        "téléphone": business.phone,
        "niveau": reminder.get_level_display(),
        "reste dû": format_amount(reminder.total, currency),
        "factures": "\n".join(
            f"{row.item.document} du {row.item.document.day:%d/%m/%Y}, échue le {row.item.due:%d/%m/%Y}\u00a0: "
            f"{format_amount(row.left, currency)}"
            for row in rows_of(reminder)
        ),
        "mentions": "\n".join(reminder.mentions[1:]),
    }


# On paper


def reminder_file(reminder: Reminder, *, at: datetime) -> KeptFile:
    """The letter of a reminder as a PDF: made at first need from what the reminder keeps, then kept. Raises Damaged."""
    name = f"relance-{reminder.client.code.replace('/', '-')}-{reminder.day:%Y-%m-%d}.pdf"
    return kept_file(SUBJECT, reminder.pk, name=name, at=at, make=lambda: _pdf(reminder))


def print_reminders(reminders: Sequence[Reminder], *, by: User | None, at: datetime) -> bytes:
    """The letters of reminders as one PDF, in their order; each print is counted and logged. Raises Damaged."""
    written = PdfWriter()
    for reminder in reminders:
        file = reminder_file(reminder, at=at)
        written.append(PdfReader(BytesIO(checked(file))), import_outline=False)
        hand_out(file, by=by, what=f"{reminder} {reminder.client.code}")
    joined = BytesIO()
    written.write(joined)
    return joined.getvalue()


def _pdf(reminder: Reminder) -> bytes:
    context = reminder_paper(reminder, rows_of(reminder))
    title = f"{reminder.get_level_display()}, {reminder.client.code}"
    on: date = reminder.day
    return render_pdf(TEMPLATE, context, title=title, author=context["seller_name"], on=on)
