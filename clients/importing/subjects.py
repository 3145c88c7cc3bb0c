"""What clients and opening balances are as subjects of a file: checked against the books, and booked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from djmoney.money import Money

from clients.importing.clients import Told, read_clients
from clients.importing.columns import CLIENT_COLUMNS, OPENING_COLUMNS
from clients.importing.openings import Opening, read_openings
from clients.models import Change, Client
from clients.queries import clients_by_code, opening_days
from clients.services import open_clients, set_opening_balance
from ledger.importing import BookedSubject
from ledger.models import Operation
from ledger.services import lock, open_days
from office.grids import Fault
from office.importing.subjects import DayAsked, Lines, counted
from office.queries import company

IMPORTED = "Client importé"


class ClientFiles(BookedSubject[list[Told]]):
    """Clients with what stands beside them; several lines of one code are one client."""

    name = "clients"
    label = "Clients, avec leurs contacts, adresses et animaux"
    note = "Plusieurs lignes d’un même code sont un seul client, avec plusieurs animaux, contacts ou adresses."
    group = "Client"
    columns = CLIENT_COLUMNS
    needed = ("name",)
    dates = ("animal_born",)
    then = "client_list"

    def read(self, lines: Lines) -> list[Told]:
        told = read_clients(lines.rows, lines.dates)
        rows = {row.line: row for row in lines.rows}
        taken = clients_by_code({one.known["code"] for one in told if one.known.get("code")})
        for one in told:
            if (other := taken.get(one.known.get("code", ""))) is not None:
                reason = f"Le code {other.code} est déjà celui de {other.name}."
                rows[one.line].faults.append(Fault(one.line, reason, "code"))
        return told

    def told(self, found: list[Told]) -> str:
        clients, animals = counted(len(found), "client"), _animals(found)
        return f"{clients} et {counted(animals, 'animal', 'animaux')}" if animals else clients

    def book(self, found: list[Told], *, op: Operation) -> Mapping[str, str | int]:
        currency = company().currency
        opened = open_clients([told.details(currency) for told in found])
        Change.objects.bulk_create(
            Change(client=client, version=client.version, user=op.user, about=IMPORTED) for client in opened
        )
        return {"clients": len(found), "animaux": _animals(found)}


@dataclass(frozen=True, slots=True)
class Openings:
    """The balances of a file. on: their accounting day; today if nobody said."""

    rows: list[Opening]
    on: date | None


class OpeningFiles(BookedSubject[Openings]):
    """What clients owe or have to spend when Solde takes over, of one day."""

    name = "openings"
    label = "Soldes à nouveau"
    note = "Les soldes à nouveau s’importent après les clients."
    group = "Solde"
    columns = OPENING_COLUMNS
    needed = ("code",)
    dates = ("due",)
    day = DayAsked("Date des soldes", "Le jour comptable auquel les soldes sont repris.")

    def read(self, lines: Lines) -> Openings:
        openings = read_openings(lines.rows, lines.dates)
        rows = {row.line: row for row in lines.rows}
        known = clients_by_code({opening.code for opening in openings})
        days = opening_days(known.values())
        for opening in openings:
            if reason := _refused(known.get(opening.code), opening.code, days):
                rows[opening.line].faults.append(Fault(opening.line, reason, "code"))
        return Openings(openings, lines.on)

    def told(self, found: Openings) -> str:
        return counted(len(found.rows), "solde à nouveau", "soldes à nouveau")

    def book(self, found: Openings, *, op: Operation) -> Mapping[str, str | int]:
        on = found.on or op.day
        clients = clients_by_code({opening.code for opening in found.rows})
        lock(*(client.account for client in clients.values()))
        open_days(op).check(on)
        for opening in found.rows:
            client = clients[opening.code]
            amount = Money(opening.amount, client.account.currency)
            set_opening_balance(client=client, amount=amount, on=on, due=opening.due or on, op=op)
        return {"soldes à nouveau": len(found.rows)}


def _animals(found: Sequence[Told]) -> int:
    return sum(len(told.beside["animal"]) for told in found)


def _refused(client: Client | None, code: str, days: Mapping[int, date]) -> str:
    if client is None:
        return f"Aucun client n’a le code {code}."
    if client.account.walk_in:
        return f"Le client {code} est un client passager\u00a0: son solde est celui de chaque passager."
    if (day := days.get(client.pk)) is not None:
        return f"Le client {code} a déjà un solde à nouveau, du {day:%d/%m/%Y}\u00a0: changez-le sur sa fiche."
    return ""
