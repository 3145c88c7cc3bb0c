"""What a bank's text may name: documents by their references, clients by their codes and names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from office.folding import fold, sort_key

MOST_TOKENS, MOST_WORDS = 40, 8
SHORTEST = 3
# Words of the banks, not of those who pay.
BANKS = {
    "vir",
    "virement",
    "virements",
    "sepa",
    "inst",
    "instantane",
    "recu",
    "recue",
    "emis",
    "emise",
    "prlv",
    "prelevement",
    "prelevements",
    "cheque",
    "cheques",
    "chq",
    "remise",
    "rejet",
    "impaye",
    "facture",
    "factures",
    "fact",
    "fac",
    "ref",
    "reference",
    "notprovided",
    "motif",
    "pour",
    "par",
    "mme",
    "mlle",
    "monsieur",
    "madame",
    "melle",
    "des",
    "les",
    "carte",
    "cartes",
    "paiement",
    "reglement",
    "reglements",
    "avoir",
    "solde",
    "trf",
    "transfer",
    "payment",
    "invoice",
    "banque",
    "bank",
    "client",
    "clients",
    "sarl",
    "sas",
    "sasu",
    "eurl",
    "sci",
    "the",
    "and",
    "iban",
    "bic",
    "edn",
    "npy",
    "sur",
    "son",
    "ses",
    "nos",
    "vos",
}
_TOKEN = re.compile(r"[A-Z0-9]+(?:[-_/.+][A-Z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number of one of our series, as a text gives it. year: None where it gives none."""

    prefix: str
    year: int | None
    number: int


def tokens(text: str) -> list[str]:
    """What may be a reference or a code in a text, in capitals."""
    return list(dict.fromkeys(token for token in _TOKEN.findall(text.upper()) if len(token) >= 2))[:MOST_TOKENS]


def numbers(text: str, prefixes: Iterable[str]) -> list[Numbered]:
    """Our own numbers in a text, however a bank has cut them: FAC-2026-00042, FAC 2026 42, FAC202600042, FAC 42."""
    found = []
    for prefix in prefixes:
        start = r"[\W_]*".join(re.escape(part) for part in re.split(r"[\W_]+", prefix.upper()) if part)
        year = r"(20[0-9]{2})(?:[\W_]+0*([0-9]{1,8})|([0-9]{5}))"
        pattern = rf"(?<![A-Z0-9]){start}[\W_]*(?:NO?[\W_]+)?(?:{year}|0*([0-9]{{1,8}}))(?![0-9])"
        for of, apart, joined, alone in re.findall(pattern, text.upper()):
            number = int(apart or joined or alone or 0)
            if number:
                found.append(Numbered(prefix, int(of) if of else None, number))
    return list(dict.fromkeys(found))[:MOST_TOKENS]


def words(text: str) -> list[str]:
    """The folded words of a text that may be a name, in their order."""
    found = (word for word in sort_key(text).split() if len(word) >= SHORTEST and word.isalpha() and word not in BANKS)
    return list(dict.fromkeys(found))[:MOST_WORDS]


def share_of(name: str, text: str) -> float:
    """How much of a name stands in a text, from 0 to 1: its words of three letters and more, whole."""
    said = set(sort_key(text).split())
    wanted = [word for word in sort_key(name).split() if len(word) >= SHORTEST and word not in BANKS]
    return sum(word in said for word in wanted) / len(wanted) if wanted else 0.0


def names(text: str, reference: str) -> bool:
    """Whether a text names a reference, however it is cut."""
    wanted = re.sub(r"[\W_]", "", fold(reference))
    return len(wanted) >= SHORTEST and wanted in re.sub(r"[\W_]", "", fold(text))
