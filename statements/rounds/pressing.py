"""A statement computed once: its figures, its PDF and what its e-mail says, kept as they were.

Source: rules, « Relevés ».
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from clients.letters import LETTERS, Text
from clients.models import Mail
from clients.services import write_mail
from ledger.models import Operation
from ledger.services import posting
from office.amounts import ZERO
from office.jobs import one_moment
from office.models import KeptFile
from office.queries import company
from statements.models import Basis, Statement
from statements.paper import who_owes_you
from statements.queries import Extract, ageing_limits, extract_of
from statements.rounds.queries import wanted_of
from statements.services import extract_pdf

LETTER = LETTERS["statement"]
SUBJECT = "statement"  # of what is kept
NOTHING = "ni mouvement ni solde sur la période"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A statement as it was computed: once, for its PDF, its e-mail and the lists. reason: why there is none."""

    key: int
    content: bytes = b""
    report: Decimal = ZERO
    debit: Decimal = ZERO
    credit: Decimal = ZERO
    final: Decimal = ZERO
    reason: str = ""


def statement_of(extract: Extract) -> Statement:
    """The statement that an extract would be kept as, not saved."""
    wanted = extract.wanted
    return Statement(
        client=extract.client,
        on=extract.on,
        start=wanted.period.start,
        end=wanted.period.end,
        site=wanted.where.site,
        nowhere=wanted.where.nowhere,
        basis=wanted.basis,
        unsettled=wanted.unsettled,
        way=Statement.Way.EMAIL,
        report=extract.report,
        debit=extract.debit,
        credit=extract.credit,
        final=extract.final,
        currency=extract.client.account.currency,
    )


@posting
def send_statement(*, extract: Extract, text: Text, recipient: str, op: Operation, job: Callable[..., Any]) -> Mail:
    """Keep the statement of one client as it stands, and have it sent by e-mail with its PDF.

    job: what queues the sending, given the e-mail's key as `key`. Raises NoMailServer.
    """
    made = statement_of(extract)
    made.operation = op
    made.save()
    (file,) = keep([made], [_pressed(made, extract)], at=op.at)
    account = extract.client.account
    mail = write_mail(account=account, letter=LETTER, text=text, recipient=recipient, files=[file], op=op, job=job)
    made.mail = mail
    made.save(update_fields=["mail"])
    return mail


def letter_values(statement: Statement) -> dict[str, str]:
    """What the fields of the letter of a statement are filled with: the very figures that its PDF shows."""
    business = company()
    return {
        "client": statement.client.full_name,
        "code": statement.client.code,
        "entreprise": business.name,
        "téléphone": business.phone,
        "période": str(statement.period),
        "solde": who_owes_you(statement.final, statement.currency, on=statement.on, basis=Basis(statement.basis)),
    }


def press(key: int) -> Pressed:
    """Compute a statement of a round and lay it out; what is posted meanwhile is in all of it or in nothing."""
    with one_moment():
        return press_now(key)


def press_now(key: int) -> Pressed:
    """The same within a transaction that is under way."""
    rows = Statement.objects.select_related("client__account", "site", "round")
    statement = rows.get(pk=key)
    limits = ageing_limits(statement.on)
    extract = extract_of(statement.client, wanted_of(statement), today=statement.on, limits=limits)
    if not extract.rows and not extract.final:
        return Pressed(key, reason=NOTHING)
    return _pressed(statement, extract)


def _pressed(statement: Statement, extract: Extract) -> Pressed:
    content = extract_pdf(extract, on=extract.on, number=str(statement))
    return Pressed(statement.pk, content, extract.report, extract.debit, extract.credit, extract.final)


def keep(statements: Sequence[Statement], pressed: Iterable[Pressed], *, at: datetime) -> list[KeptFile]:
    """Note what was computed of statements that nothing was decided of, and keep their files."""
    found = {one.key: one for one in pressed}
    files = []
    for statement in statements:
        one = found[statement.pk]
        statement.outcome = Statement.Outcome.SKIPPED if one.reason else Statement.Outcome.MADE
        statement.reason = one.reason
        statement.report, statement.debit, statement.credit = one.report, one.debit, one.credit
        statement.final = one.final
        if one.reason:
            continue
        digest = sha256(one.content).hexdigest()
        name = statement.file_name
        files.append(KeptFile(subject=SUBJECT, key=one.key, name=name, content=one.content, sha256=digest, made_at=at))
    figures = ["outcome", "reason", "report", "debit", "credit", "final"]
    Statement.objects.bulk_update(statements, figures)
    return KeptFile.objects.bulk_create(files)
