"""How a client stands, in one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.balance import Balance
from office.templatetags.ui import money

FINE = "Tout va bien."


def standing(balance: Balance, incidents: int) -> str:
    """What a desk has to know of a client: what is owed, what of it is late, open incidents, what there is to use.

    incidents: how many have something left to settle. Source: rules, « The financial tab ».
    """
    parts = [_owed(balance)]
    if incidents:
        parts.append("a un incident en cours" if incidents == 1 else f"a {incidents} incidents en cours")
    if balance.to_use.amount:
        parts.append(f"dispose de {money(balance.to_use)} à utiliser")
    said = _joined([part for part in parts if part])
    return f"{said[0].upper()}{said[1:]}." if said else FINE


def _owed(balance: Balance) -> str:
    late = money(balance.overdue)
    if not balance.to_pay.amount:
        return f"a {late} en retard" if balance.overdue.amount else ""
    owed = f"doit {money(balance.to_pay)}"
    if not balance.overdue.amount:
        return owed
    # More is late than is owed in all while a credit waits to be used.
    return f"{owed} dont {late} en retard" if balance.overdue <= balance.to_pay else f"{owed} et a {late} en retard"


def _joined(parts: Sequence[str]) -> str:
    return " et ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


@dataclass(frozen=True, slots=True)
class Alert:
    """What an indicator has to be read with: incidents that are settled in part, each with the address of its row.

    name: tells it from the others of the page.
    """

    name: str
    incidents: Sequence[tuple[str, str]]

    @property
    def text(self) -> str:
        """The sentence of the tooltip."""
        said = (
            "1 incident est partiellement régularisé"
            if len(self.incidents) == 1
            else (f"{len(self.incidents)} incidents sont partiellement régularisés")
        )
        return f"{said}\u00a0: ce qui en a été réglé est déduit de ce montant."


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure of the tab, as it is read. state: owed, credit or neutral; hint: what stands under it."""

    label: str
    amount: str
    state: str = "neutral"
    hint: str = ""
    alert: Alert | None = None
