"""Taking over another program's invoices, and what was paid of them, from a CSV file: all of it or nothing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import NAMESPACE_OID, uuid5

from djmoney.money import Money

from clients.models import Client
from clients.queries import clients_by_code, opening_days
from clients.services import Details, open_clients
from clients.terms import Terms
from invoicing.services import NewLine, Plan, draft_lines, issue_invoice
from ledger.models import Document, Operation
from ledger.queries import items_of
from ledger.services import OpenDays, lock, open_days, posting, taken_references
from office.amounts import ZERO
from office.errors import SoldeError
from office.folding import sort_key
from office.grids import AlreadyImported, Fault, FileRefused
from office.models import Event
from payments.invoice_file import Row, read
from payments.mappings import Mapping
from payments.models import PaymentType
from payments.services import Wanted, record_payment


def import_open_items(
    content: bytes,
    mapping: Mapping,
    *,
    op: Operation,
    over_openings: bool = False,
    progress: Callable[[Sequence[Row]], Iterable[Row]] = iter,
) -> Event:
    """Take over the invoices of a file, open the clients that are not there yet, and record what was paid.

    All lines are checked before anything is booked. op: not yet under way; the file is its key.
    over_openings: take invoices that their client's opening balance seems to count already.
    progress: is given the rows to book, and hands them out.
    Gives the event of the log, whose detail counts clients, invoices and payments.
    Raises FileRefused with every faulty line, AlreadyImported. Source: rules, « Taking over invoices ».
    """
    op.digest = sha256(content).hexdigest()
    op.key = uuid5(NAMESPACE_OID, op.digest)
    rows, faults = read(content, mapping)
    event = _take_over(rows, faults, mapping, op=op, over_openings=over_openings, progress=progress)
    if op.pk is None:
        raise AlreadyImported(event)
    return event


@posting
def _take_over(
    rows: Sequence[Row],
    faults: Sequence[Fault],
    mapping: Mapping,
    *,
    op: Operation,
    over_openings: bool,
    progress: Callable[[Sequence[Row]], Iterable[Row]],
) -> Event:
    """Book all rows, if neither the file nor the books have anything against them."""
    books = _books(rows, op=op, over_openings=over_openings)
    found = [*faults, *(Fault(row.line, reason) for row in rows for reason in books.faults(row, mapping))]
    if found:
        raise FileRefused(found)
    clients = books.clients | _open_missing(rows, books.clients, mapping)
    for row in progress(sorted(rows, key=lambda row: (row.day, row.line))):
        _book(row, clients[row.code], mapping, op=op)
    counts = {
        "clients": len(clients) - len(books.clients),
        "invoices": len(rows),
        "payments": sum(row.settled is not None for row in rows),
    }
    return Event.objects.create(kind=Event.Kind.IMPORT, user=op.user, detail={"sha256": op.digest, **counts})


def _open_missing(rows: Sequence[Row], known: dict[str, Client], mapping: Mapping) -> dict[str, Client]:
    names = {row.code: row.name for row in rows if row.code not in known}
    details = [Details(name=name, code=code, currency=mapping.currency) for code, name in names.items()]
    return {client.code: client for client in open_clients(details)}


def _book(row: Row, client: Client, mapping: Mapping, *, op: Operation) -> None:
    """Issue an invoice under its own number, and settle it whole on its day if it was paid."""
    try:
        line = NewLine(f"Reprise de la facture {row.invoice}", row.amount, vat_rate=ZERO)
        plan = Plan(Terms.FREE, free=[(row.due, row.amount)])
        draft = draft_lines(client=client, lines=[line], op=op)
        invoice = issue_invoice(invoice=draft, on=row.day, plan=plan, reference=row.invoice, op=op)
        if row.settled is not None and invoice.document is not None:
            record_payment(
                client=client,
                amount=Money(row.amount, mapping.currency),
                type=PaymentType(pk=mapping.paid_by),
                on=row.settled,
                settles=[Wanted(item.pk, item.open) for item in items_of(invoice.document)],
                reference=row.invoice,
                op=op,
            )
    except SoldeError as error:
        raise FileRefused([Fault(row.line, error.message)]) from error


@dataclass(frozen=True, slots=True)
class _Books:
    """What the books hold that a row may run against.

    issued, paid: the references of the file that an invoice, or a payment, can't bear. openings: the day
    of a client's opening balance, by the client's key.
    """

    clients: dict[str, Client]
    issued: set[str]
    paid: set[str]
    openings: dict[int, date]
    days: OpenDays

    def faults(self, row: Row, mapping: Mapping) -> Iterator[str]:
        """Why a row can't be booked."""
        if (client := self.clients.get(row.code)) is not None:
            if reason := _mismatch(row, client, mapping):
                yield reason
            if (opening := self.openings.get(client.pk)) and row.day <= opening:
                yield f"Le solde à nouveau de ce client, du {opening:%d/%m/%Y}, compte peut-être déjà cette facture."
        if row.invoice in self.issued:
            yield f"La facture {row.invoice} est déjà dans les comptes, ou son numéro a la forme des nôtres."
        elif row.settled and row.invoice in self.paid:
            yield f"Un règlement porte déjà la référence {row.invoice}, ou elle a la forme des nôtres."
        try:
            OpenDays(self.days.books, None, self.days.today).check(row.day)
            if row.settled:
                self.days.check(row.settled)
        except SoldeError as error:
            yield error.message


def _books(rows: Sequence[Row], *, op: Operation, over_openings: bool) -> _Books:
    """What the books hold of what the rows speak of; the accounts of known clients are locked for the rest."""
    clients = clients_by_code({row.code for row in rows})
    lock(*(client.account for client in clients.values()))
    return _Books(
        clients=clients,
        issued=taken_references(Document.Kind.INVOICE, {row.invoice for row in rows}),
        paid=taken_references(Document.Kind.PAYMENT, {row.invoice for row in rows if row.settled}),
        openings={} if over_openings else opening_days(clients.values()),
        days=open_days(op, till=True),
    )


def _mismatch(row: Row, client: Client, mapping: Mapping) -> str:
    """Why a row can't be for the client that bears its code; empty if it can."""
    if mapping.name and sort_key(row.name) != client.sort_key:
        return f"Le code {row.code} est déjà celui de {client.name}."
    if client.account.walk_in:
        return f"Le client {row.code} est un client passager."
    if client.is_archived:
        return f"Le client {row.code} est archivé."
    if client.account.currency != mapping.currency:
        return f"Le compte du client {row.code} est tenu en {client.account.currency}."
    return ""
