"""What a client is found by: folded text, and telephone numbers as they are dialled."""

import re
from collections.abc import Iterable

from clients.models import Animal, Client, Contact
from office.folding import fold

_NUMBER = re.compile(r"\+?[0-9 .()/\-\u00a0\u202f]{6,}")
_ABROAD = re.compile(r"^(?:\+|00)33")


def search_text(client: Client, contacts: Iterable[Contact] = (), animals: Iterable[Animal] = ()) -> str:
    """Give the text that a client is searched in: its own words, and those of its contacts and animals."""
    words = [client.code, client.name, client.given_name, client.email, *_phone(client.phone), client.siren]
    for contact in contacts:
        words += [contact.name, contact.email, *_phone(contact.phone)]
    for animal in animals:
        words += [animal.name, animal.chip]
    return fold(" ".join(filter(None, words)))


def animal_text(animal: Animal) -> str:
    """Give the text that an animal is searched in."""
    return fold(" ".join(filter(None, (animal.name, animal.species, animal.breed, animal.chip))))


def _phone(number: str) -> tuple[str, str]:
    return number, dialled(number)


def dialled(phone: str) -> str:
    """Give a telephone number's digits as they are dialled in France: +33 (0)6 12 … is 0612…"""
    return _ABROAD.sub("0", re.sub(r"[^0-9+]", "", phone.replace("(0)", "")))


def is_number(text: str) -> bool:
    """Whether a text can be a telephone number, or a good part of one."""
    return _NUMBER.fullmatch(text.strip()) is not None
