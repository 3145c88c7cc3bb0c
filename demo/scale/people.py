"""The crowd: clients with names, telephones, e-mails and animals as varied as a town's, copied in at once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, NoReturn, TypeAlias

from django.db.models import Model
from tqdm import tqdm

from clients.models import Animal, Client, Contact, Note
from clients.queries import next_code
from clients.searching import animal_text
from clients.services import Details
from clients.terms import Terms
from demo import names
from demo.scale import words
from demo.scale.copying import Keys, Sheet
from invoicing.services import BUYER
from ledger.models import ClientAccount
from office.folding import fold
from office.models import Site

Bar: TypeAlias = "tqdm[NoReturn]"

GIVEN = {
    "mrs": [*(name for title, name in names.GIVEN if title == "mrs"), *words.GIVEN_MRS],
    "mr": [*(name for title, name in names.GIVEN if title == "mr"), *words.GIVEN_MR],
}
PETS = [*names.ANIMALS, *words.ANIMALS]
LARGEST = ("Refuge des Mille Pattes", "Centrale des Élevages Réunis")  # the clients with the most documents


@dataclass(frozen=True, slots=True)
class Person:
    """A client of the crowd, as documents need it.

    rank: among all of the crowd, the largest first. slow: who pays late. buyer: what documents print of it, as
    JSON. pets: names with species.
    """

    rank: int
    client: int
    account: int
    site: int
    slow: bool
    company: bool
    buyer: str
    pets: Sequence[str]


def open_crowd(count: int, sites: Sequence[Site], today: date, chance: Random, bar: Bar) -> None:
    """Open so many clients with their accounts, contacts, animals and notes. bar: shows how far it is, in clients."""
    first = next_code()
    keys = {model: Keys.of(model) for model in (ClientAccount, Client)}
    accounts = Sheet(ClientAccount, "id")
    clients, contacts, animals, notes = (Sheet(model, *_columns(model)) for model in (Client, Contact, Animal, Note))
    for rank in range(count):
        details = _details(rank, sites[rank % 5 > 2], today, chance)
        client = details.unsaved(f"C-{first + rank:05d}")
        client.pk, client.account_id = keys[Client].take(), keys[ClientAccount].take()
        accounts.add(client.account_id)
        clients.add_record(client)
        for animal in details.animals:
            animal.search = animal_text(animal)
        for sheet, rows in ((contacts, details.contacts), (animals, details.animals), (notes, details.notes)):
            for row in rows:
                row.client_id = client.pk
                sheet.add_record(row)
        bar.update()
    for sheet in (accounts, clients, contacts, animals, notes):
        sheet.copy()


def _columns(model: type[Model]) -> list[str]:
    """All of a record; but only clients are pointed at, and told their keys."""
    return [field.attname for field in model._meta.concrete_fields if model is Client or not field.primary_key]


def read_crowd(sites: Sequence[Site]) -> list[Person]:
    """The crowd, in the order in which it was opened."""
    pets: dict[int, list[str]] = {}
    animals = Animal.objects.filter(client__site__in=sites).order_by("pk").values_list("client", "name", "species")
    for owner, name, species in animals.iterator():
        pets.setdefault(owner, []).append(f"{name} ({species.lower()})")
    clients = Client.objects.filter(site__in=sites, account__walk_in=False).order_by("pk")
    crowd = []
    for rank, client in enumerate(clients.iterator()):
        buyer = {name: getattr(client, name) for name in BUYER} | {"name": client.full_name}
        crowd.append(
            Person(
                rank,
                client.pk,
                client.account_id,
                client.site_id or 0,
                slow=client.is_company or rank % 5 in (1, 3),
                company=client.is_company,
                buyer=json.dumps(buyer, ensure_ascii=False),
                pets=pets.get(client.pk, ()),
            )
        )
    return crowd


def _details(rank: int, site: Site, today: date, chance: Random) -> Details:
    postcode, city = chance.choice(words.TOWNS)
    number = f"{chance.randint(1, 180)}{' bis' if chance.random() < 0.04 else ''}"
    place: dict[str, Any] = {
        "street": f"{number} {chance.choice(words.WAYS)} {chance.choice(words.SIGHTS)}",
        "postcode": postcode,
        "city": city,
        "phone": _phone(rank) if chance.random() < 0.93 else "",
    }
    animals = [_animal(today, chance) for _ in range(chance.choice((1, 1, 1, 2, 2, 3)))]
    if rank < len(LARGEST) or chance.random() < 0.027:
        title, given = _given(chance)
        name = LARGEST[rank] if rank < len(LARGEST) else _company(chance)
        contact = Contact(name=f"{given} {_family(chance)}", function="Gérante" if title == "mrs" else "Gérant")
        contact.email = f"contact@{fold(name).replace(' ', '-')}.example"
        terms = Terms.DAYS_30_MONTH_END.value
        return Details(
            name, nature=Client.Nature.COMPANY, site=site, terms=terms, contacts=[contact], animals=animals, **place
        )
    title, given = _given(chance)
    family = _family(chance)
    email = _email(rank, given, family, chance) if chance.random() < 0.85 else ""
    notes = [Note(text=chance.choice(REMARKS), is_alert=chance.random() < 0.5)] if chance.random() < 0.03 else []
    return Details(family, title=title, given_name=given, email=email, site=site, animals=animals, notes=notes, **place)


REMARKS = (
    *("Chien craintif\u00a0: muselière.", "Préfère être appelé le soir.", "Allergie à la pénicilline."),
    *("Chat agressif en cage.", "Demande toujours un devis.", "Parking de la cour à ouvrir."),
)


def _given(chance: Random) -> tuple[str, str]:
    title = chance.choice(("mrs", "mr"))
    given = chance.choice(GIVEN[title])
    if chance.random() < 0.07:
        given = f"{chance.choice(words.DOUBLE[title])}-{given}"
    return title, given


def _family(chance: Random) -> str:
    """A common name, one of thousands, or two of them."""
    kind = chance.random()
    if kind < 0.25:
        return chance.choice(names.FAMILIES)
    made = chance.choice(words.BEGINNINGS) + chance.choice(words.ENDS)
    if kind < 0.93:
        return made
    return f"{made}-{chance.choice(names.FAMILIES)}" if kind < 0.97 else f"{chance.choice(('Le ', 'De '))}{made}"


def _company(chance: Random) -> str:
    whose = chance.choice(words.PLACES) if chance.random() < 0.5 else _family(chance)
    return f"{chance.choice(words.TRADES)} {whose}"


def _phone(rank: int) -> str:
    number = rank * 7919 % 60_000  # each of them once before any comes again
    kind, rest = divmod(number, 10_000)
    return f"{words.TELEPHONES[kind]} {rest // 100:02d} {rest % 100:02d}"


def _email(rank: int, given: str, family: str, chance: Random) -> str:
    first, last = (fold(name).replace(" ", "-") for name in (given, family))
    local = chance.choice((f"{first}.{last}", f"{first[0]}.{last}", f"{last}{rank % 1000}", f"{first}{rank % 97:02d}"))
    return f"{local}@{chance.choice(words.MAILS)}"


def _animal(today: date, chance: Random) -> Animal:
    species, breed = chance.choice(names.SPECIES)
    name = chance.choice(PETS)
    if chance.random() < 0.08:
        name = f"{name} {chance.choice(words.PLACES)}"  # a pedigree
    return Animal(
        name=name,
        species=species,
        breed=breed,
        sex=chance.choice(Animal.Sex.values),
        born=today - timedelta(days=chance.randint(100, 5000)),
        chip=f"2502696{chance.randint(0, 99_999_999):08d}" if species in ("Chien", "Chat") else "",
        is_deceased=chance.random() < 0.04,
    )
