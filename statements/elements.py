"""What stands in the tab Financier: the kinds of elements, their states, and which operations each belongs to.

The table of the page, behind « ? », and the filters are both made from STATES. Source: rules, « The financial tab ».
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import TextChoices

from office.amounts import format_count


class Operations(TextChoices):
    """The five filters by what an element is to the desk."""

    CURRENT = "courantes", "Opérations courantes"
    TO_TREAT = "a-traiter", "Opérations à traiter"
    CANCELLED = "annulations", "Annulations uniquement"
    INCIDENTS = "incidents", "Incidents uniquement"
    ALL = "toutes", "Toutes les opérations"

    @property
    def short(self) -> str:
        """Its name as the heading of a column."""
        return self.value.replace("a-traiter", "à traiter").capitalize()


class Type(TextChoices):
    """The types that elements are filtered by."""

    INVOICE = "facture", "Factures"
    CREDIT_NOTE = "avoir", "Avoirs"
    PAYMENT = "paiement", "Paiements"
    INCIDENT = "incident", "Incidents"
    REFUND = "remboursement", "Remboursements"


class Sort(TextChoices):
    """What an element is: the kinds of documents that the ledger knows."""

    INVOICE = "invoice", "Facture"
    CREDIT_NOTE = "credit_note", "Avoir"
    PAYMENT = "payment", "Paiement"
    REFUND = "refund", "Remboursement"
    INCIDENT = "incident", "Incident de paiement"
    OPENING = "opening", "Solde à nouveau"
    WRITE_OFF = "write_off", "Passage en perte"


SEARCHED = {
    Type.INVOICE: "Rechercher dans une facture",
    Type.CREDIT_NOTE: "Rechercher dans un avoir",
    Type.PAYMENT: "Rechercher dans un paiement",
    Type.INCIDENT: "Rechercher dans un incident",
    Type.REFUND: "Rechercher dans un remboursement",
}


@dataclass(frozen=True, slots=True)
class State:
    """A state of one kind of element, in words, with the tone and the sign of its badge.

    shown: the filters of operations that it passes.
    """

    label: str
    tone: str
    sign: str
    shown: frozenset[Operations]

    @property
    def cells(self) -> list[tuple[Operations, bool]]:
        """Each filter of operations, and whether it is passed."""
        return [(operations, operations in self.shown) for operations in Operations]


CURRENT = frozenset({Operations.CURRENT, Operations.ALL})
TO_TREAT = frozenset({Operations.CURRENT, Operations.TO_TREAT, Operations.ALL})
CANCELLED = frozenset({Operations.CANCELLED, Operations.ALL})
OPEN_INCIDENT = frozenset({Operations.TO_TREAT, Operations.INCIDENTS, Operations.ALL})
PAST_INCIDENT = frozenset({Operations.INCIDENTS, Operations.ALL})
ONLY_ALL = frozenset({Operations.ALL})
NOWHERE: frozenset[Operations] = frozenset()

GONE = ("neutral", "circle-x")
SETTLED = ("credit", "circle-check")
LATE = ("owed", "clock-alert")
WAITING = ("late", "clock")
IN_PART = ("late", "circle-dot")
ALERT = ("owed", "triangle-alert")
TO_USE = ("credit", "circle-plus")
PASSED = ("neutral", "check")

# Of each kind its states, in the order in which the first that holds is the one.
STATES: Mapping[Sort, Mapping[str, State]] = {
    Sort.INVOICE: {
        "draft": State("Brouillon", "neutral", "pencil", NOWHERE),
        "formal": State("Annule un avoir", *GONE, CANCELLED),
        "cancelled": State("Annulée", *GONE, CANCELLED),
        "bounced": State("En incident", *ALERT, TO_TREAT),
        "paid": State("Payée", *SETTLED, CURRENT),
        "late": State("En retard", *LATE, TO_TREAT),
        "part_paid": State("Payée en partie", *IN_PART, TO_TREAT),
        "awaiting": State("En attente de paiement", *WAITING, TO_TREAT),
    },
    Sort.CREDIT_NOTE: {
        "draft": State("Brouillon", "neutral", "pencil", NOWHERE),
        "cancelled": State("Annulé", *GONE, CANCELLED),
        "to_use": State("À utiliser", *TO_USE, TO_TREAT),
        "part_used": State("Utilisé en partie", "credit", "circle-dot", TO_TREAT),
        "cancels": State("Annule une facture", *GONE, CANCELLED),
        "used": State("Utilisé", *PASSED, CURRENT),
    },
    Sort.PAYMENT: {
        "replaced": State("Modifié, un autre le remplace", "neutral", "pencil", NOWHERE),
        "cancelled": State("Annulé", *GONE, CANCELLED),
        "bounced": State("Rejeté", *ALERT, ONLY_ALL),
        "to_use": State("Trop-perçu à utiliser", *TO_USE, TO_TREAT),
        "settled": State("Imputé", *PASSED, CURRENT),
    },
    Sort.REFUND: {
        "cancelled": State("Annulé", *GONE, CANCELLED),
        "owed": State("De nouveau dû", *ALERT, TO_TREAT),
        "done": State("Remboursé", *PASSED, CURRENT),
    },
    Sort.INCIDENT: {
        "cancelled": State("Annulé", *GONE, CANCELLED),
        "open": State("Ouvert", *ALERT, OPEN_INCIDENT),
        "part_settled": State("Partiellement régularisé", *IN_PART, OPEN_INCIDENT),
        "closed": State("Clos sans règlement", "neutral", "circle-off", PAST_INCIDENT),
        "settled": State("Régularisé", *SETTLED, PAST_INCIDENT),
    },
    Sort.OPENING: {
        "cancelled": State("Retiré", *GONE, CANCELLED),
        "late": State("En retard", *LATE, TO_TREAT),
        "awaiting": State("En attente de paiement", *WAITING, TO_TREAT),
        "to_use": State("À utiliser", *TO_USE, TO_TREAT),
        "settled": State("Soldé", *SETTLED, CURRENT),
    },
    Sort.WRITE_OFF: {
        "cancelled": State("Annulé", *GONE, CANCELLED),
        "done": State("Passé", *PASSED, ONLY_ALL),
    },
}


def passing(operations: Operations) -> list[str]:
    """The states that pass a filter of operations, each with its kind before it: « invoice:late »."""
    return [
        f"{sort.value}:{code}"
        for sort, states in STATES.items()
        for code, state in states.items()
        if operations in state.shown
    ]


def is_struck(sort: str, state: str) -> bool:
    """Whether nothing of an element stands: cancelled, or a payment that bounced."""
    return state == "cancelled" or (sort == Sort.PAYMENT and state == "bounced")


def how_many(number: int, what: Type) -> str:
    """So many elements of a type: « 1 facture », « 0 avoir », « 2 paiements »."""
    return f"{format_count(number)} {what.label.lower() if number > 1 else what.value}"


def search_label(types: Iterable[str]) -> str:
    """What the field that searches in articles is called, for the types that are chosen."""
    chosen = list(types)
    return SEARCHED[Type(chosen[0])] if len(chosen) == 1 else "Rechercher dans ces éléments"
