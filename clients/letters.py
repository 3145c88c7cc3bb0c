"""What e-mails say: for each kind the fields that its text may name, an example of each, and the proposed text.

A text names a field in braces, « {numéro} », with or without accents. What the fields are filled with is told by the
app whose document it is.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from office.amounts import NO_BREAK
from office.folding import fold

BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a text can name. about: what it is; example: as it would stand in a text."""

    name: str
    about: str
    example: str

    @property
    def braced(self) -> str:
        """How a text names it."""
        return f"{{{self.name}}}"


@dataclass(frozen=True, slots=True)
class Letter:
    """A kind of e-mail. when: what it goes with; subject, body: as Solde proposes them."""

    key: str
    label: str
    when: str
    fields: tuple[Field, ...]
    subject: str
    body: str

    @property
    def examples(self) -> dict[str, str]:
        """Each field with its example."""
        return {field.name: field.example for field in self.fields}


@dataclass(frozen=True, slots=True)
class Text:
    """The subject and the body of an e-mail."""

    subject: str
    body: str


COMMON = (
    Field("client", "À qui l’on écrit", "Mme Claire Delmas"),
    Field("code", "Code du client", "C-0207"),
    Field("entreprise", "Raison sociale", "Clinique vétérinaire du Parc"),
    Field("téléphone", "Téléphone de l’entreprise", "04 65 71 00 12"),
)
DOCUMENT = (
    Field("numéro", "Numéro de la pièce", "FAC-2026-00042"),
    Field("date", "Date de la pièce", "12/03/2026"),
    Field("total", "Total TTC", f"120,00{NO_BREAK}€"),
)
SIGNED = "\n\nBien cordialement,\n{entreprise}\n{téléphone}"

LETTERS = {
    letter.key: letter
    for letter in (
        Letter(
            "invoice",
            "Facture",
            "Avec une facture en PDF",
            (
                *COMMON,
                *DOCUMENT,
                Field("reste dû", "Ce qui reste à régler", f"80,00{NO_BREAK}€"),
                Field("échéance", "Prochaine échéance, ou la dernière", "11/04/2026"),
                Field(
                    "règlement",
                    "Une phrase\u00a0: ce qui reste à régler et pour quand, ou que tout est réglé",
                    f"Il reste 80,00{NO_BREAK}€ à régler, au plus tard le 11/04/2026.",
                ),
            ),
            "Facture {numéro} – {entreprise}",
            "Bonjour {client},\n\nVeuillez trouver ci-joint votre facture {numéro} du {date}, d’un montant de "
            "{total}. {règlement}" + SIGNED,
        ),
        Letter(
            "credit_note",
            "Avoir",
            "Avec un avoir en PDF",
            (*COMMON, *DOCUMENT, Field("disponible", "Ce qui en reste à utiliser", f"50,00{NO_BREAK}€")),
            "Avoir {numéro} – {entreprise}",
            "Bonjour {client},\n\nVeuillez trouver ci-joint votre avoir {numéro} du {date}, d’un montant de {total}."
            + SIGNED,
        ),
        Letter(
            "receipt",
            "Reçu",
            "Avec le reçu d’un règlement en PDF",
            (
                *COMMON,
                Field("numéro", "Numéro du reçu", "REG-2026-00042"),
                Field("date", "Date du règlement", "12/03/2026"),
                Field("montant", "Montant reçu, ou rendu", f"120,00{NO_BREAK}€"),
            ),
            "Reçu {numéro} – {entreprise}",
            "Bonjour {client},\n\nVeuillez trouver ci-joint le reçu {numéro} du {date}, d’un montant de {montant}."
            + SIGNED,
        ),
        Letter(
            "statement",
            "Extrait de compte",
            "Avec un extrait de compte en PDF",
            (
                *COMMON,
                Field("période", "Ce que couvre l’extrait", "du 01/01/2026 au 31/03/2026"),
                Field("solde", "Une phrase\u00a0: qui doit combien à qui", f"Vous nous devez 80,00{NO_BREAK}€."),
            ),
            "Extrait de compte – {entreprise}",
            "Bonjour {client},\n\nVeuillez trouver ci-joint votre extrait de compte {période}.\n{solde}" + SIGNED,
        ),
        Letter(
            "reminder",
            "Relance",
            "Pour ce qui est en retard",
            (
                *COMMON,
                Field("niveau", "Rappel, relance ou mise en demeure", "Rappel"),
                Field("reste dû", "Ce qui est en retard", f"80,00{NO_BREAK}€"),
                Field(
                    "factures",
                    "Les factures en retard, une par ligne",
                    f"FAC-2026-00042 du 12/03/2026, échue le 11/04/2026\u00a0: 80,00{NO_BREAK}€",
                ),
                Field(
                    "mentions",
                    "Pour un professionnel\u00a0: pénalités de retard et indemnité de recouvrement",
                    "Indemnité forfaitaire pour frais de recouvrement en cas de retard de paiement\u00a0: 40\u00a0€.",
                ),
            ),
            "Factures échues – {entreprise}",
            "Bonjour {client},\n\nSauf erreur de notre part, {reste dû} restent à régler\u00a0:\n\n{factures}\n\n"
            "{mentions}\n\nSi votre règlement est déjà parti, ne tenez pas compte de ce message." + SIGNED,
        ),
    )
}


def filled(text: Text, values: Mapping[str, str]) -> Text:
    """A text with its fields filled in; the subject stays on one line, and a field that is empty leaves no gap.

    Fields without a value are left as they are.
    """
    told = {fold(name): value for name, value in values.items()}

    def fill(part: str) -> str:
        return BRACES.sub(lambda found: told.get(fold(found[1]), found[0]), part)

    return Text(" ".join(fill(text.subject).split()), re.sub(r"\n{3,}", "\n\n", fill(text.body)).strip())


def faults(text: str, known: Iterable[Field]) -> list[str]:
    """What is wrong with the fields of a text, in sentences."""
    names = {fold(field.name) for field in known}
    unknown = [name for name in dict.fromkeys(BRACES.findall(text)) if fold(name) not in names]
    found = [f"Le champ {{{name}}} n’existe pas pour cette nature d’e-mail." for name in unknown]
    if re.search(r"[{}]", BRACES.sub("", text)):
        found.append("Une accolade est seule\u00a0: un champ s’écrit {nom}, ouvert et fermé.")
    return found
