"""What a client is found by: folded text, and telephone numbers as they are dialled."""

import re
from collections.abc import Iterable

from clients.models import Animal, Client, Contact
from office.folding import fold

_NUMBER = re.compile(r"\+?[0-9 .()/\-\u00a0\u202f]{6,}")
_ABROAD = re.compile(r"^(?:\+|00)33")


def search_text(client: Client, contacts: Iterable[Contact] = (), animals: Iterable[Animal] = ()) -> str:
    """Give the text that a client is searched in: its own words, and those of its contacts and animals.

    A space stands before each, the first as well, so that « words that begin with … » is one pattern.
    """
    words = [client.code, client.name, client.given_name, client.email, *_phone(client.phone), client.siren]
    for contact in contacts:
        words += [contact.name, contact.email, *_phone(contact.phone)]
    for animal in animals:
        words += [animal.name, animal.chip]
    return f" {fold(' '.join(filter(None, words)))}"


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


def heard(word: str) -> str:
    """Give a folded word as it sounds, where French writes one sound in several ways: ph is f, y is i, h is nothing."""
    return re.sub(r"(.)\1", r"\1", word.replace("ph", "f").replace("y", "i").replace("h", ""))


def beginnings(word: str) -> set[str]:
    """Give what a folded word may begin with that sounds like it: itself, or as another would write its first sound."""
    first = word[0]
    sounds = {"f": "ph", "i": "y", "y": "i", "k": "c", "c": "k"}
    others = {"f"} if word.startswith("ph") else {word[1:2]} if first == "h" else {f"h{first}"}
    return ({first, sounds.get(first, first)} | others) - {""}
