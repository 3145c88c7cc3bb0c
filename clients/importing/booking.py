"""A file once its columns are matched: checked whole, then taken over, all of it or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import NAMESPACE_OID, uuid5

from djmoney.money import Money

from clients.importing.clients import Told, read_clients
from clients.importing.columns import Subject
from clients.importing.openings import Opening, read_openings
from clients.models import Change, Client
from clients.queries import clients_by_code, opening_days
from clients.services import open_clients, set_opening_balance
from ledger.models import Operation
from ledger.services import lock, open_days, posting
from office.dates import DateOrder, Dates
from office.grids import AlreadyImported, Fault, FileRefused, Grid, Row
from office.models import Event

MOST_LINES = 5000
IMPORTED = "Client importé"
DATES = ("animal_born", "due")


@dataclass(frozen=True, slots=True)
class Matching:
    """What the columns of a file say: the place of each by its name. on: the accounting day of opening balances."""

    subject: Subject
    places: Mapping[str, int]
    order: DateOrder = DateOrder.DAY_FIRST
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file says, and every fault of it, by the headings of its columns."""

    clients: list[Told]
    openings: list[Opening]
    faults: list[Fault]

    @property
    def animals(self) -> int:
        """How many animals come with the clients."""
        return sum(len(told.beside["animal"]) for told in self.clients)


def check(grid: Grid, matching: Matching) -> Checked:
    """Read a whole file, and look for what stands against it in the books; nothing is written."""
    rows = [
        Row(line, {name: cells[place] for name, place in matching.places.items()})
        for line, cells in grid.lines[:MOST_LINES]
    ]
    texts = (row.cells[name] for row in rows for name in DATES if name in row.cells)
    dates = Dates.of(matching.order, texts)
    told = read_clients(rows, dates) if matching.subject == Subject.CLIENTS else []
    openings = read_openings(rows, dates) if matching.subject == Subject.OPENINGS else []
    _against_the_books(rows, told, openings)
    found = [*grid.faults, *(_by_heading(fault, grid, matching) for row in rows for fault in row.faults)]
    if len(grid.lines) > MOST_LINES:
        found.append(Fault(grid.lines[MOST_LINES][0], f"Un fichier a {MOST_LINES} lignes au plus\u00a0: coupez-le."))
    elif not grid.lines and not found:
        found.append(Fault(1, "Le fichier ne contient aucune ligne sous ses titres."))
    return Checked(told, openings, sorted(found, key=lambda fault: fault.line))


def _by_heading(fault: Fault, grid: Grid, matching: Matching) -> Fault:
    place = matching.places.get(fault.column)
    return Fault(fault.line, fault.reason, "" if place is None else grid.headings[place])


def _against_the_books(rows: list[Row], told: list[Told], openings: list[Opening]) -> None:
    lines = {row.line: row for row in rows}
    taken = clients_by_code({one.known["code"] for one in told if one.known.get("code")})
    for one in told:
        if (other := taken.get(one.known.get("code", ""))) is not None:
            reason = f"Le code {other.code} est déjà celui de {other.name}."
            lines[one.line].faults.append(Fault(one.line, reason, "code"))
    known = clients_by_code({opening.code for opening in openings})
    days = opening_days(known.values())
    for opening in openings:
        if reason := _opening_refused(known.get(opening.code), opening.code, days):
            lines[opening.line].faults.append(Fault(opening.line, reason, "code"))


def _opening_refused(client: Client | None, code: str, days: Mapping[int, date]) -> str:
    if client is None:
        return f"Aucun client n’a le code {code}."
    if client.account.walk_in:
        return f"Le client {code} est un client passager\u00a0: son solde est celui de chaque passager."
    if (day := days.get(client.pk)) is not None:
        return f"Le client {code} a déjà un solde à nouveau, du {day:%d/%m/%Y}\u00a0: changez-le sur sa fiche."
    return ""


def take_over(content: bytes, grid: Grid, matching: Matching, *, currency: str, op: Operation) -> Event:
    """Take a file over whole. currency: of new clients, where the file names none. op: not yet under way.

    The file is the operation's key. Gives the event of the log.
    Raises FileRefused with every fault, AlreadyImported, PeriodClosed, DayInFuture. Source: rules, « Imports ».
    """
    op.digest = sha256(content).hexdigest()
    op.key = uuid5(NAMESPACE_OID, f"{matching.subject}:{op.digest}")
    event = _take_over(grid, matching, currency=currency, op=op)
    if op.pk is None:
        raise AlreadyImported(event)
    return event


@posting
def _take_over(grid: Grid, matching: Matching, *, currency: str, op: Operation) -> Event:
    checked = check(grid, matching)
    if checked.faults:
        raise FileRefused(checked.faults)
    detail: dict[str, str | int] = {"sha256": op.digest}
    if matching.subject == Subject.CLIENTS:
        opened = open_clients([told.details(currency) for told in checked.clients])
        Change.objects.bulk_create(
            Change(client=client, version=client.version, user=op.user, about=IMPORTED) for client in opened
        )
        detail |= {"clients": len(checked.clients), "animaux": checked.animals}
    else:
        _set_openings(checked.openings, on=matching.on or op.day, op=op)
        detail |= {"soldes à nouveau": len(checked.openings)}
    return Event.objects.create(kind=Event.Kind.IMPORT, user=op.user, detail=detail)


def _set_openings(openings: list[Opening], *, on: date, op: Operation) -> None:
    clients = clients_by_code({opening.code for opening in openings})
    lock(*(client.account for client in clients.values()))
    open_days(op).check(on)
    for opening in openings:
        client = clients[opening.code]
        amount = Money(opening.amount, client.account.currency)
        set_opening_balance(client=client, amount=amount, on=on, due=opening.due or on, op=op)
