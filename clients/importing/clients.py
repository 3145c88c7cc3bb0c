"""The clients that a file tells of; several lines with one code are one client with several animals, contacts …"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model

from clients.models import Address, Animal, Channel, Client, Contact, Note, Title, VatRegime
from clients.services import Details, faults
from clients.terms import AGREED
from office.countries import country_choices
from office.dates import Dates
from office.grids import Fault, Row
from office.identifiers import compacted
from office.importing.cells import one_of, text, yes_or_no
from office.models import Site

Reader = Callable[[str], Any]

TITLES = {"madame": "mrs", "monsieur": "mr", "mr": "mr", "mme": "mrs", "docteur": "doctor", "maître": "master"}
NATURES = {"personne": "person", "particulier": "person", "société": "company", "entreprise": "company"}
# The records beside a client: their model, and what they can't be without.
BESIDE: dict[str, tuple[type[Model], str]] = {
    "contact": (Contact, "name"),
    "address": (Address, "street"),
    "animal": (Animal, "name"),
    "note": (Note, "text"),
}
PLURAL = {"contact": "contacts", "address": "addresses", "animal": "animals", "note": "notes"}


@dataclass(slots=True)
class Told:
    """A client as the lines of a file tell it; line: its first."""

    line: int
    known: dict[str, Any]
    beside: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in BESIDE})

    def details(self, currency: str) -> Details:
        """What opens the client. currency: where the file names none."""
        is_numbered = self.known.get("siren") or self.known.get("siret")
        nature = Client.Nature.COMPANY if is_numbered else Client.Nature.PERSON
        told: dict[str, Any] = {"currency": currency, "nature": nature, **self.known}
        told |= {PLURAL[name]: tuple(rows) for name, rows in self.beside.items()}
        return Details(**told)


def read_clients(rows: Sequence[Row], dates: Dates) -> list[Told]:
    """The clients of a file; what is wrong is noted on its row. Cells go by the names of columns."""
    readers = _readers(dates)
    found: dict[str, Told] = {}
    for row in rows:
        said = {name: row.take(name, readers.get(name, text)) for name, cell in row.cells.items() if cell.strip()}
        beside = {kind: _beside(row, kind, said) for kind in BESIDE}
        known = {name: value for name, value in said.items() if name.split("_")[0] not in BESIDE and value is not None}
        told = found.setdefault(known.get("code") or f"\n{row.line}", Told(row.line, known))
        if told.line == row.line:
            _check(row, told)
        else:
            row.faults += _contradictions(row, told, known)
        for kind, record in beside.items():
            if record is not None and str(record) not in map(str, told.beside[kind]):
                told.beside[kind].append(record)
    return list(found.values())


def _readers(dates: Dates) -> dict[str, Reader]:
    country = one_of(country_choices())
    sites = Site.objects.filter(is_active=True).order_by("pk")
    site_of = {str(site.pk): site for site in sites}
    site_key = one_of([(str(site.pk), site.name) for site in sites], also={site.code: str(site.pk) for site in sites})
    return {
        **dict.fromkeys(("siren", "siret", "vat_number", "iban", "bic", "animal_chip"), compacted),
        "nature": one_of(Client.Nature.choices, also=NATURES),
        "title": one_of(Title.choices, also=TITLES),
        "vat_regime": one_of(VatRegime.choices),
        "terms": one_of(AGREED),
        "channel": one_of(Channel.choices),
        "currency": one_of([(code, code) for code in settings.CURRENCIES]),
        "site": lambda cell: site_of[site_key(cell)],
        "country": country,
        "address_country": country,
        "address_kind": one_of(Address.Kind.choices),
        "animal_sex": one_of(Animal.Sex.choices, also={"m": "male", "f": "female"}),
        "animal_born": dates.read,
        "walk_in": yes_or_no,
        "note_is_alert": yes_or_no,
    }


def _beside(row: Row, kind: str, said: dict[str, Any]) -> Any:
    """A contact, address, animal or note of a line; None if it tells of none, or a wrong one."""
    model, needed = BESIDE[kind]
    values = {name.removeprefix(f"{kind}_"): value for name, value in said.items() if name.startswith(f"{kind}_")}
    if not values or None in values.values():
        return None
    if not values.get(needed):
        row.faults.append(Fault(row.line, "Cette donnée manque, alors que d’autres en dépendent.", f"{kind}_{needed}"))
        return None
    record = model(**values)
    try:
        record.clean_fields(exclude={"client", "search"})
    except ValidationError as error:
        row.faults += _told(row, error.message_dict, f"{kind}_")
        return None
    return record


def _check(row: Row, told: Told) -> None:
    if "name" not in told.known:
        row.faults.append(Fault(row.line, "Le nom du client manque.", "name"))
    elif not row.faults:
        row.faults += _told(row, faults(Told(told.line, told.known).details(currency="EUR")))


def _told(row: Row, found: dict[str, list[str]], prefix: str = "") -> Iterator[Fault]:
    for name, sentences in found.items():
        for sentence in sentences:
            yield Fault(row.line, sentence, f"{prefix}{name}")


def _contradictions(row: Row, told: Told, known: dict[str, Any]) -> Iterator[Fault]:
    for name, value in known.items():
        if told.known.get(name) != value:
            yield Fault(row.line, f"Le client {known['code']} est dit autrement à la ligne {told.line}.", name)
