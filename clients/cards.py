"""The four amounts at the head of a client's sheet: each with its colour, its sense in words, and its window."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from djmoney.money import Money

from clients.queries import Waiting
from ledger.balance import Balance
from office.amounts import format_count, format_money


@dataclass(frozen=True, slots=True)
class Card:
    """An amount as `{% figure_card %}` shows it, leading to the window at `url`."""

    label: str
    amount: Money
    state: str
    hint: str
    url: str
    main: bool = False


def cards(balance: Balance, waiting: Waiting, address: Callable[[str], str], shown: Collection[str]) -> list[Card]:
    """The cards of those of a client's figures that are shown, in their order.

    address: of a window, by its name. shown: by `shown_balances`; no card tells an amount that isn't.
    Source: rules, « The balance ».
    """
    unpaid, credit = balance.unpaid, balance.credit
    found = {
        "balance": Card(
            "Solde client", balance.balance, _side(balance), _sense(balance), address("client_balance"), main=True
        ),
        "unpaid": Card(
            "Montant d’impayés",
            unpaid,
            "owed" if unpaid.amount > 0 else "neutral",
            _unpaid(balance, parts="to_invoice" in shown),
            address("client_unpaid"),
        ),
        "to_invoice": Card(
            "Montant à facturer", balance.to_invoice, "neutral", _visits(waiting), address("client_to_invoice")
        ),
        "credit": Card(
            "Montant d’avoir disponible",
            credit,
            "credit" if credit.amount > 0 else "neutral",
            _credits(waiting),
            address("client_credits"),
        ),
    }
    return [card for name, card in found.items() if name in shown]


def _side(balance: Balance) -> str:
    amount = balance.balance.amount
    return "owed" if amount < 0 else "credit" if amount > 0 else "even"


def _sense(balance: Balance) -> str:
    match _side(balance):
        case "owed":
            return f"le client doit {format_money(-balance.balance)}"
        case "credit":
            return f"le client a {format_money(balance.balance)} à dépenser"
    return "le client est à l’équilibre"


def _unpaid(balance: Balance, *, parts: bool) -> str:
    """parts: whether what is to invoice may be told apart."""
    if not parts:
        return "facturés et à facturer" if balance.unpaid.amount else "rien à régler"
    sums = ((balance.unpaid_invoices, "facturés"), (balance.to_invoice, "à facturer"))
    return ", ".join(f"{format_money(amount)} {word}" for amount, word in sums if amount.amount) or "rien à régler"


def _visits(waiting: Waiting) -> str:
    return _count(waiting.visits, "visite", "visites") if waiting.visits else "aucune visite en attente"


def _credits(waiting: Waiting) -> str:
    sorts = list(_sorts(waiting))
    if not sorts:
        return "rien à utiliser"
    text = " et ".join(filter(None, (", ".join(sorts[:-1]), sorts[-1])))
    if not waiting.begun:
        return text
    if waiting.credit_notes + waiting.openings + waiting.overpayments == 1:
        return f"{text}, utilisé en partie"
    return f"{text}, dont {_count(waiting.begun, 'utilisé', 'utilisés')} en partie"


def _sorts(waiting: Waiting) -> Iterator[str]:
    if waiting.credit_notes:
        yield _count(waiting.credit_notes, "avoir", "avoirs")
    if waiting.openings:
        yield _count(waiting.openings, "solde à nouveau", "soldes à nouveau")
    if waiting.overpayments:
        yield _count(waiting.overpayments, "trop-perçu", "trop-perçus")


def _count(number: int, one: str, several: str) -> str:
    return f"{format_count(number)} {one if number == 1 else several}"
