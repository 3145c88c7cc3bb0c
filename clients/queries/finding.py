"""What is found as one types: clients by name first, then by any word of theirs, by a near one; documents by reference.

No step reads more of the clients than its index gives cheaply: what a pattern finds in great numbers is cut off at CAP.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache, reduce
from itertools import chain
from operator import and_, or_
from pathlib import Path

from django.db import connection
from django.db.models import Case, Expression, Q, QuerySet, Value, When
from django.db.models.functions import Concat, Length
from rapidfuzz import process
from rapidfuzz.distance import OSA

from clients.models import Animal, Client, Contact, Word
from clients.queries.lists import OF_CLIENTS, balances, bears, has_all, starts_word
from clients.searching import beginnings, dialled, heard, is_number
from ledger.models import Document, Series
from office.folding import fold, sort_key

SQL = Path(__file__).parents[1] / "sql"

ROWS = 8
CAP = 1000
FEW = 3  # fewer than this, and near words are looked at as well
NEAR_WORDS = 5
NEAR_AT_ONCE = 2  # of so many words of a text: each costs up to 10 ms


@dataclass(frozen=True, slots=True)
class Hit:
    """A client that was found. because: its animals and contacts that bear what isn't in its own words."""

    client: Client
    status: str
    because: tuple[Animal | Contact, ...] = ()

    @property
    def more(self) -> list[str]:
        """What tells the client from others of its name, why it was found first."""
        reasons = [
            (one.name, one.species, one.chip) if isinstance(one, Animal) else (one.name, one.function)
            for one in self.because
        ]
        told = [", ".join(filter(None, reason)) for reason in reasons]
        return [part for part in (*told, self.client.city, self.client.phone) if part]


@dataclass(frozen=True, slots=True)
class Findings:
    """What a text finds, best first.

    near: clients with words that are almost it; is_reference: it is the very reference of a document.
    """

    clients: list[Hit] = field(default_factory=list)
    near: list[Hit] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    is_reference: bool = False

    @property
    def count(self) -> int:
        """How many are shown."""
        return len(self.clients) + len(self.near) + len(self.documents)


def find(text: str, *, today: date) -> Findings:
    """The clients and documents that a text which is still being typed means, archived clients last.

    A word of one or two letters begins a word, a longer one stands anywhere in it. today: the day of their status.
    """
    folded = fold(text)
    if not folded:
        return Findings()
    typed = folded.split()
    best, documents = _best(text.strip(), typed), documents_found(text, today=today)
    enough = len(best) >= FEW or documents or is_number(text) or _are_whole_words(typed, best)
    almost, words = ([], []) if enough else _near(typed)
    near = [key for key in almost if key not in best][: ROWS - len(best)]
    clients = Client.objects.select_related("account").prefetch_related("animals", "contacts").in_bulk([*best, *near])
    figures = balances(clients.values(), today=today)
    said = text.strip().upper()
    return Findings(
        clients=[Hit(clients[key], figures[key].status, _because(clients[key], text, typed)) for key in best],
        near=[Hit(clients[key], figures[key].status, _because(clients[key], text, [*typed, *words])) for key in near],
        documents=documents,
        is_reference=any(document.reference.upper() == said for document in documents),
    )


def documents_found(text: str, *, today: date) -> list[Document]:
    """The documents whose reference begins with `text`, as typed or in capitals, or whose number it is, newest first.

    A number alone is one of this year's or the last's: 42; with its year: 2025-42.
    """
    text = text.strip()
    if not any(sign.isdigit() for sign in text):
        return []
    wanted = Q(pk__in=[*_references(text), *_numbers(text, today.year)])
    found = Document.objects.filter(wanted).select_related("account__client", "party")
    return list(found.order_by("-day", "-pk")[:ROWS])


def _references(text: str) -> list[int]:
    """The documents whose reference begins with a text of three signs or more: a few of each kind."""
    if len(text) < 3:
        return []
    first, *others = (
        Document.objects.filter(kind=kind, reference__startswith=start).order_by("-reference").values("pk")[:ROWS]
        for kind in OF_CLIENTS
        for start in sorted({text, text.upper()})
    )
    return [row["pk"] for row in first.union(*others)]


def _numbers(text: str, year: int) -> QuerySet[Document, int]:
    """Our own documents of a number, in every series."""
    said = re.fullmatch(r"(?:([0-9]{4})[-/ ])?0*([0-9]{1,8})", text)
    if not said:
        return Document.objects.none().values_list("pk", flat=True)
    years = [int(said[1])] if said[1] else [year, year - 1]
    series = Series.objects.order_by().values("pk")
    numbered = Document.objects.filter(series__in=series, year__in=years, number=int(said[2]))
    return numbered.order_by("-day", "-pk").values_list("pk", flat=True)[:ROWS]


def _best(text: str, words: list[str]) -> list[int]:
    """The clients of that code, then those whose name begins with the text, then those that bear its words."""
    coded = Client.objects.filter(code__in={text, text.upper()}).order_by("pk").values_list("pk", flat=True)
    start = Q(sort_key__startswith=sort_key(text), is_archived=False)
    named = Client.objects.filter(start).order_by("sort_key", "pk").values_list("pk", flat=True)[:ROWS]
    keys = list(dict.fromkeys([*coded, *named]))
    if len(keys) < ROWS:
        rank = Case(
            When(has_all(words, "named", starts_word), then=Value(1)),
            When(has_all(words, "search", starts_word), then=Value(2)),
            default=Value(3),
        )
        clients = Client.objects.alias(named=Concat(Value(" "), "sort_key")).filter(bears(text))
        keys = list(dict.fromkeys([*keys, *_first_hits(clients, rank)]))
    return keys[:ROWS]


def _are_whole_words(typed: list[str], keys: list[int]) -> bool:
    """Whether one of some clients bears all words as they are typed, from their first letter to their last."""
    searched = Client.objects.filter(pk__in=keys).order_by("pk").values_list("search", flat=True)
    return any(set(typed) <= set(words.split()) for words in searched)


def _near(typed: list[str]) -> tuple[list[int], list[str]]:
    """The clients that bear words which are almost those typed, and those words; none if there is no such word.

    Only words that begin none of theirs are taken for typos, unless all do.
    """
    unknown = [word for word in typed if not Word.objects.filter(word__startswith=word).exists()]
    near = {word: _near_words(word) for word in sorted(unknown or typed, key=len)[-NEAR_AT_ONCE:]}
    if not any(near.values()):
        return [], []
    one_of = [reduce(or_, map(starts_word, near.get(word, [])), starts_word(word)) for word in typed]
    distance: Expression = sum((_place(words) for words in near.values() if words), start=Value(0))
    meant = list(chain(*near.values()))
    named = reduce(or_, (Q(sort_key__startswith=word) for word in meant))
    rank = distance * 2 + Case(When(named, then=Value(0)), default=Value(1))  # of equals, those named so first
    return _first_hits(Client.objects.filter(reduce(and_, one_of)), rank), meant


def _place(words: list[str]) -> Case:
    """How far down its list the word of a client stands."""
    places = [When(starts_word(word), then=Value(place)) for place, word in enumerate(words)]
    return Case(*places, default=Value(len(words)))


def _near_words(word: str) -> list[str]:
    """Words of clients that a word may have been meant for, the nearest first: whole, or as far as it is typed."""
    if not re.fullmatch(r"[^\W\d_]{4,40}", word):
        return []
    alike = Q(word__trigram_similar=word)
    for beginning in beginnings(word):
        alike |= Q(word__startswith=beginning)
    known = Word.objects.alias(length=Length("word")).filter(alike, length__gte=len(word) - 2)
    words = sorted(set(known.values_list("word", flat=True)))
    meant, allowed = heard(word), 1 if len(word) < 6 else 2
    distances: dict[str, tuple[int, int]] = {}
    for end in (None, len(word) - 1, len(word), len(word) + 1):
        parts = [heard(known[:end]) for known in words]
        for _, distance, place in process.extract(meant, parts, scorer=OSA.distance, score_cutoff=allowed, limit=None):
            whole = words[place]
            rest = abs(len(whole) - len(word))
            distances[whole] = min(distances.get(whole, (allowed, rest)), (int(distance), rest))
    return sorted(distances, key=lambda known: (distances[known], known))[:NEAR_WORDS]


def _first_hits(clients: QuerySet[Client], rank: Expression) -> list[int]:
    """The keys of the best of some clients: those of use first, by rank and name."""
    hits, params = clients.order_by().values_list("pk", "is_archived", rank, "sort_key").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_sql("first_hits.sql").replace("{hits}", hits), [*params, CAP, ROWS])
        return [key for (key,) in cursor.fetchall()]


@cache
def _sql(name: str) -> str:
    return (SQL / name).read_text()


def _because(client: Client, text: str, words: Iterable[str]) -> tuple[Animal | Contact, ...]:
    """The animals and contacts of a client that bear a word which isn't in its name, code or e-mail, or a number."""
    animals: list[Animal] = list(client.animals.all())
    contacts: list[Contact] = list(client.contacts.all())
    if is_number(text):
        number = dialled(text)
        if number in dialled(client.phone):
            return ()
        chips = [one for one in animals if number in one.chip]
        return (*chips, *(one for one in contacts if number in dialled(one.phone)))
    own = fold(" ".join((client.code, client.name, client.given_name, client.email)))
    others = [word for word in words if word not in own]

    def is_named(*told: str) -> bool:
        return any(word in fold(" ".join(told)) for word in others)

    return (
        *(one for one in animals if is_named(one.name, one.chip)),
        *(one for one in contacts if is_named(one.name, one.email, one.phone)),
    )
