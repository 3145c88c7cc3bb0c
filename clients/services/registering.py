"""Opening clients: at the desk, or many at once from a file."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from clients.checks import disagreements
from clients.models import FRANCE, Address, Animal, Change, Client, Contact, Note, VatRegime
from clients.queries import next_code
from clients.searching import animal_text, search_text
from ledger.models import ClientAccount, Operation
from ledger.services import posting
from office.errors import SoldeError
from office.folding import sort_key
from office.models import Site

OPENED = "Client ouvert"


class CodeTaken(SoldeError):
    """Another client bears the code."""

    field = "code"

    def __init__(self, code: str) -> None:
        super().__init__(f"Le code {code} est déjà celui d’un autre client.")


@dataclass(frozen=True, slots=True)
class Details:
    """What is known of a client when it is opened. contacts and so on: records of their own, not saved yet."""

    name: str
    code: str = ""
    nature: str = Client.Nature.PERSON
    title: str = ""
    given_name: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = FRANCE
    siren: str = ""
    siret: str = ""
    vat_number: str = ""
    vat_regime: str = VatRegime.FRANCE
    vat_exemption: str = ""
    iban: str = ""
    bic: str = ""
    terms: str = ""
    e_address: str = ""
    channel: str = ""
    site: Site | None = None
    currency: str = "EUR"
    walk_in: bool = False
    contacts: Sequence[Contact] = ()
    addresses: Sequence[Address] = ()
    animals: Sequence[Animal] = ()
    notes: Sequence[Note] = ()

    def unsaved(self, code: str) -> Client:
        """The client that this tells of, without an account."""
        client = Client(code=code, **{name: getattr(self, name) for name in FIELDS})
        client.sort_key = sort_key(f"{self.name} {self.given_name}")
        client.search = search_text(client, self.contacts, self.animals)
        return client


# What of Details is a field of the client's own.
FIELDS = (
    *("nature", "title", "given_name", "name", "email", "phone", "street", "postcode", "city", "country"),
    *("siren", "siret", "vat_number", "vat_regime", "vat_exemption", "iban", "bic"),
    *("terms", "e_address", "channel", "site"),
)


def faults(details: Details) -> dict[str, list[str]]:
    """What is wrong with a client before it is opened, in French sentences by field; a row's by « contacts » and so on.

    Numbers are to be compacted before (office.identifiers). A code that is taken isn't told here.
    """
    client = details.unsaved(details.code)
    found: dict[str, list[str]] = {}
    try:
        client.clean_fields(exclude={"account", "site", "sort_key", "search", *(() if details.code else ("code",))})
    except ValidationError as error:
        found |= error.message_dict
    for field, sentence in disagreements({name: getattr(client, name) for name in FIELDS}).items():
        found.setdefault(field, []).append(sentence)
    for kind, rows in _rows(details).items():
        for rank, row in enumerate(rows, start=1):
            try:
                row.clean_fields(exclude={"client", "search"})
            except ValidationError as error:
                found.setdefault(kind, []).extend(f"{rank}\u00a0: {sentence}" for sentence in error.messages)
    return found


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
        client = one.unsaved(code)
        client.account = account
        clients.append(client)
    Client.objects.bulk_create(clients)
    _add_rows(clients, details)
    return clients


def _rows(details: Details) -> dict[str, Sequence[Contact] | Sequence[Address] | Sequence[Animal] | Sequence[Note]]:
    return {
        "contacts": details.contacts,
        "addresses": details.addresses,
        "animals": details.animals,
        "notes": details.notes,
    }


def _add_rows(clients: list[Client], details: list[Details]) -> None:
    for client, one in zip(clients, details, strict=True):
        for animal in one.animals:
            animal.search = animal_text(animal)
        for rows in _rows(one).values():
            for row in rows:
                row.client = client
    Contact.objects.bulk_create(row for one in details for row in one.contacts)
    Address.objects.bulk_create(row for one in details for row in one.addresses)
    Animal.objects.bulk_create(row for one in details for row in one.animals)
    Note.objects.bulk_create(row for one in details for row in one.notes)


def open_client(details: Details) -> Client:
    """Open one client with its account. Raises CodeTaken."""
    return open_clients([details])[0]


@posting
def register_client(*, details: Details, op: Operation) -> Client:
    """Open a client at the desk, by a form that may be sent twice; its history begins. Raises CodeTaken."""
    client = open_client(details)
    Change.objects.create(client=client, version=client.version, user=op.user, about=OPENED)
    return client
