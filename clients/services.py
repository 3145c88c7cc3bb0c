"""What a user does to a client: open one, and take over what was due before."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from djmoney.money import Money
from psycopg.errors import UniqueViolation

from clients.models import Client
from clients.queries import next_code
from clients.searching import search_text
from ledger import queries as ledger
from ledger.models import ClientAccount, Document, Entry, Journal, Kind, Operation, Party
from ledger.services import (
    OPENING_ACCOUNT,
    Part,
    Posted,
    amount_in,
    file_document,
    lock,
    open_days,
    post,
    posting,
    reverse,
)
from office.errors import SoldeError
from office.folding import sort_key
from office.models import Site


class CodeTaken(SoldeError):
    """Another client bears the code."""

    field = "code"

    def __init__(self, code: str) -> None:
        super().__init__(f"Le code {code} est déjà celui d’un autre client.")


class ZeroOpening(SoldeError):
    """An opening balance of 0.00 is none."""

    field = "amount"

    def __init__(self) -> None:
        super().__init__("Un solde à nouveau ne peut pas être de 0,00.")


@dataclass(frozen=True, slots=True)
class Details:
    """What is known of a client when it is opened."""

    name: str
    code: str = ""
    nature: str = Client.Nature.PERSON
    email: str = ""
    phone: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    site: Site | None = None
    currency: str = "EUR"
    walk_in: bool = False


def open_clients(details: list[Details]) -> list[Client]:
    """Open clients with their accounts, without a code taking the next free one.

    Raises CodeTaken.
    """
    try:
        with transaction.atomic():
            return _open(details)
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        return open_clients(details)  # another desk took a code meanwhile: look again


def _open(details: list[Details]) -> list[Client]:
    codes = [one.code for one in details if one.code]
    twice = {code for code in codes if codes.count(code) > 1} if len(codes) != len(set(codes)) else set()
    taken = twice or set(Client.objects.filter(code__in=codes).values_list("code", flat=True))
    if taken:
        raise CodeTaken(min(taken))
    first = next_code()
    accounts = ClientAccount.objects.bulk_create(
        ClientAccount(currency=one.currency, walk_in=one.walk_in) for one in details
    )
    clients = []
    for one, account in zip(details, accounts, strict=True):
        code = one.code
        if not code:
            code, first = f"C-{first:05d}", first + 1
        clients.append(
            Client(
                code=code,
                nature=one.nature,
                name=one.name,
                email=one.email,
                phone=one.phone,
                street=one.street,
                postcode=one.postcode,
                city=one.city,
                site=one.site,
                account=account,
                sort_key=sort_key(one.name),
                search=search_text(code, one.name, one.email, one.phone),
            )
        )
    return Client.objects.bulk_create(clients)


def open_client(details: Details) -> Client:
    """Open one client with its account. Raises CodeTaken."""
    return open_clients([details])[0]


@posting
def register_client(*, details: Details, op: Operation) -> Client:  # noqa: ARG001 - read by @posting
    """Open a client at the desk, by a form that may be sent twice. Raises CodeTaken."""
    return open_client(details)


@posting
def set_opening_balance(
    *, client: Client, amount: Money, on: date, due: date, op: Operation, party: Party | None = None
) -> Document:
    """Take over what a client owed (amount above 0) or had to spend (below 0) before Solde.

    A balance set before is cancelled by a reversal: the new one takes its place. amount: VAT included.
    on: the accounting day. due: the day from which what is owed is due.
    Raises ZeroOpening, PeriodClosed, DayInFuture, UsedElsewhere if the former one is settled in part.
    Source: rules, « Opening balances ».
    """
    account = client.account
    exact = amount_in(account, amount)
    if not exact:
        raise ZeroOpening
    lock(account)
    days = open_days(op)
    days.check(on)
    if (former := _live_opening(account, party)) is not None:
        items = ledger.entry_items(former)
        reverse(former, items=items, day=days.first_from(max(i.allocable_from for i in items)), op=op, days=days)
    document = file_document(kind=Document.Kind.OPENING, account=account, party=party, day=on, op=op)
    _post_opening(document, exact, due=due, op=op)
    return document


def _live_opening(account: ClientAccount, party: Party | None) -> Entry | None:
    openings = Entry.objects.filter(
        document__kind=Document.Kind.OPENING, document__account=account, document__party=party
    )
    return openings.filter(reverses=None, reversed_by=None).select_related("journal", "document").first()


def _post_opening(document: Document, amount: Decimal, *, due: date, op: Operation) -> Posted:
    owed = Part("411", debit=amount, kind=Kind.OPENING, due=due)
    parts = [owed, Part(OPENING_ACCOUNT, credit=amount)]
    if amount < 0:
        parts = [Part("411", credit=-amount, kind=Kind.OPENING), Part(OPENING_ACCOUNT, debit=-amount)]
    return post(document=document, journal=Journal.Kind.OPENING, parts=parts, op=op)
