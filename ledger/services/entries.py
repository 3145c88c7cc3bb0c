"""Documents, their numbers, and the balanced entries that they post."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from djmoney.money import Money

from ledger.models import (
    ClientAccount,
    Document,
    Entry,
    Journal,
    Line,
    OpenItem,
    Operation,
    Party,
    Series,
)
from ledger.queries import JOURNAL_FOR, last_numbered
from office.asking import Question
from office.errors import SoldeError
from office.inserting import Expression, Writing, insert
from office.models import Site

ZERO = Decimal(0)

# What opening balances and documents taken over from another program are posted against.
OPENING_ACCOUNT = "890"

# The sequence that counts the documents of no series, for a Writing to draw from.
CODE = "ledger_document_code"

CODES = {
    Document.Kind.PAYMENT: "REG",
    Document.Kind.REFUND: "RBT",
    Document.Kind.INCIDENT: "INC",
    Document.Kind.OPENING: "RAN",
    Document.Kind.WRITE_OFF: "PER",
    Document.Kind.RESCHEDULE: "ECH",
    Document.Kind.DEPOSIT: "REM",
    Document.Kind.TILL: "CAI",
}


class DateBeforeLast(SoldeError):
    """A numbered document can't be dated before the last of its series."""

    field = "day"


class ReferenceTaken(SoldeError):
    """A document of this kind bears the reference already, or one of our own may come to bear it."""

    field = "reference"


class WrongCurrency(SoldeError):
    """An amount in another currency than the client account's."""

    field = "amount"

    def __init__(self, currency: str) -> None:
        super().__init__(f"Le compte de ce client est tenu en {currency}.")


class PartyNeeded(SoldeError):
    """On a walk-in account every document is a passer-by's, and on no other."""

    field = "party"


@dataclass(frozen=True, slots=True)
class Part:
    """One line to post: an account of the chart, an amount, and for a 411 line its kind and due date."""

    account: str
    debit: Decimal = ZERO
    credit: Decimal = ZERO
    kind: str = ""
    due: date | None = None

    def mirrored(self, due: date | None = None) -> "Part":
        """The same line with its sides swapped."""
        return Part(self.account, self.credit, self.debit, self.kind, due or self.due)


@dataclass(frozen=True, slots=True)
class Posted:
    """An entry just posted, with the open items that the database made of its client lines, in order."""

    entry: Entry
    items: Sequence[OpenItem] = field(default_factory=list)


def amount_in(account: ClientAccount, amount: Money) -> Decimal:
    """The exact amount, for the ledger, of money in the account's currency. Raises WrongCurrency."""
    if str(amount.currency) != account.currency:
        raise WrongCurrency(account.currency)
    return Decimal(amount.amount)


def lock(*accounts: ClientAccount) -> None:
    """Lock the accounts of the whole transaction: all of them, once, before anything else.

    Source: rules, « Order of locks ».
    """
    locking(*accounts).now()


def locking(*accounts: ClientAccount) -> Question[None]:
    """What `lock` does, to be asked together with what is read under the lock."""
    keys = sorted({account.pk for account in accounts})
    sql = "SELECT 1 FROM ledger_clientaccount WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
    return Question(sql, [keys], lambda _: None)


def check_party(account: ClientAccount, party: Party | None) -> None:
    """Raise PartyNeeded unless a walk-in account is given a passer-by of its own, and any other none."""
    if account.walk_in and party is None:
        raise PartyNeeded("Indiquez le nom du client passager.")
    if party is not None and (party.account_id != account.pk or not account.walk_in):
        raise PartyNeeded("Ce passager n’est pas de ce client.")


def file_house_document(*, kind: Document.Kind, day: date, op: Operation, site: Site | None = None) -> Document:
    """File a document of the house, which is no client's: a deposit at the bank, what goes in or out of a till."""
    document = Document(kind=kind, site=site, day=day, operation=op)
    insert(document, given=_next_code(kind))
    return document


def file_document(
    *,
    kind: Document.Kind,
    account: ClientAccount,
    day: date,
    op: Operation,
    party: Party | None = None,
    site: Site | None = None,
    reference: str = "",
    into: Writing | None = None,
) -> Document:
    """Give a document its reference: the next number of its series, its own if taken over, else a code.

    reference: that of a document taken over from another program; empty for ours. into: where it is written, by
    default at once; a code is drawn from it then.
    Raises DateBeforeLast, ReferenceTaken, PartyNeeded.
    """
    check_party(account, party)
    document = Document(kind=kind, account=account, party=party, site=site, day=day, operation=op)
    if reference:
        if taken_references(kind, [reference]):
            raise ReferenceTaken(f"La référence {reference} est déjà prise, ou réservée à nos propres numéros.")
        document.reference = reference
    elif kind.value in Series.Kind.values:
        _take_number(document)
    elif into:
        document.reference = f"{CODES[kind]}-{into.draw(CODE):06d}"
    else:
        insert(document, given=_next_code(kind))
        return document
    (into.insert if into else insert)(document)
    return document


def taken_references(kind: Document.Kind, references: Collection[str]) -> set[str]:
    """Those that no document can be taken over with: one of the kind has it, or is to have it in its turn.

    A number of our own form would stop its series, which can neither use it nor leave it out.
    """
    filed = Document.objects.filter(kind=kind, reference__in=references)
    return set(filed.values_list("reference", flat=True)) | _of_our_form(kind, references)


def _of_our_form(kind: Document.Kind, references: Collection[str]) -> set[str]:
    if kind.value not in Series.Kind.values:
        return {reference for reference in references if re.fullmatch(rf"{CODES[kind]}-[0-9]{{6,}}", reference)}
    found = {reference: re.fullmatch(r"(.+)-[0-9]{4}-[0-9]{5,}", reference) for reference in references}
    if not any(found.values()):
        return set()
    prefixes = set(Series.objects.filter(kind=kind).values_list("prefix", flat=True))
    return {reference for reference, match in found.items() if match and match[1] in prefixes}


def _take_number(document: Document) -> None:
    """The next number, under the series' lock, which is held until the commit: no gap, no duplicate."""
    candidates = Series.objects.select_for_update(no_key=True).filter(kind=document.kind)
    series = candidates.filter(site=document.site).first() if document.site else None
    series = series or candidates.get(site=None)
    last = last_numbered(series, document.day.year)
    if last is not None and document.day < last.day:
        raise DateBeforeLast(
            f"La date ne peut pas être avant celle du dernier numéro, {last.reference} du {last.day:%d/%m/%Y}."
        )
    document.series = series
    document.year = document.day.year
    document.number = 1 if last is None else (last.number or 0) + 1
    document.reference = series.reference(document.year, document.number)


def _next_code(kind: Document.Kind) -> dict[str, Expression]:
    """A reference of no series, which the database counts: « REG-000042 »."""
    return {"reference": (f"%s || to_char(nextval('{CODE}'), 'FM9999999999000000')", [f"{CODES[kind]}-"])}


def post(
    *,
    document: Document,
    journal: Journal.Kind | str,
    parts: Iterable[Part],
    op: Operation,
    day: date | None = None,
    label: str = "",
    reverses: Entry | None = None,
    currency: str = "",
    into: Writing | None = None,
) -> Posted:
    """Post a balanced entry of `document`; its 411 lines become open items of the document's account.

    day: the accounting day, by default the document's; the caller has checked that it is open. currency: of a
    document of the house. into: where it is written, by default at once; its keys are drawn from it then.
    """
    write = into.insert if into else insert
    entry = Entry(
        document=document,
        operation=op,
        day=day or document.day,
        site=document.site,
        currency=currency or document.account.currency,
        label=label or f"{document.get_kind_display()} {document.reference}",
        reverses=reverses,
    )
    write(entry, given={"journal_id": (f"({JOURNAL_FOR})", [str(journal), document.site_id])})
    lines = [_line(entry, part) for part in parts]
    write(*lines)
    items = [_item(line, document) for line in lines if line.kind]
    return Posted(entry, items)


def _line(entry: Entry, part: Part) -> Line:
    document = entry.document
    return Line(
        entry=entry,
        day=entry.day,
        account_id=part.account,
        client_account=document.account if part.kind else None,
        party=document.party if part.kind else None,
        kind=part.kind,
        due=(part.due or entry.day) if part.kind else None,
        debit=part.debit,
        credit=part.credit,
    )


def _item(line: Line, document: Document) -> OpenItem:
    """The open item that the database has just made of `line`."""
    amount = line.debit + line.credit
    return OpenItem(
        line=line,
        account=document.account,
        party=document.party,
        document=document,
        kind=line.kind,
        is_debit=line.debit > 0,
        day=line.day,
        due=line.due or line.day,
        amount=amount,
        open=amount,
        reserved=ZERO,
        allocable_from=line.day,
    )
