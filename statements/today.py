"""The cards of the page « Aujourd’hui »: what waits, in the order in which each role sees to it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from djmoney.money import Money

from invoicing.queries import all_visits_to_invoice
from office.models import Role, Site
from payments.queries import open_tills
from statements import queries

ROWS = 6

# The page that sets up each thing that is missing, and what it is for.
SETTINGS = {
    "identity": ("settings_company", "L’identité de l’entreprise", "elle figure sur chaque facture"),
    "site": ("site_list", "Un établissement", "les états se filtrent par lieu"),
    "bank": ("bank_list", "Un compte bancaire", "les clients paient dessus"),
    "mail": ("settings_mail", "Le serveur d’e-mails", "les documents partent par lui"),
    "lock": ("lock_detail", "Une date de verrouillage", "une période verrouillée ne change plus"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """Something that waits. fragment: names the template of its rows; number: how many there are; rows: the first.

    amounts: what all of them come to, by currency.
    """

    title: str
    fragment: str
    number: int
    rows: list[Any]
    amounts: list[Money] = field(default_factory=list)

    @property
    def template(self) -> str:
        """The template of its rows."""
        return f"statements/_today_{self.fragment}.html"

    @property
    def more(self) -> int:
        """How many there are beyond those shown."""
        return self.number - len(self.rows)


def cards(role: Role, site: Site | None, *, today: date) -> list[Card]:
    """What waits for a role, first what is the first to be done. site: None for all."""
    order: dict[Role, tuple[Callable[[Site | None, date], Card], ...]] = {
        Role.FRONT_DESK: (_visits, _due, _late, _tills),
        Role.ACCOUNTANT: (_late, _credits, _due, _visits, _tills),
        Role.ADMINISTRATOR: (_settings, _late, _credits, _due, _visits, _tills),
    }
    found = [make(site, today) for make in order[role]]
    return [card for card in found if card.number or card.fragment != "settings"]


def _visits(site: Site | None, _: date) -> Card:
    count = queries.to_invoice(site)
    return Card("Visites à facturer", "visits", count.number, list(all_visits_to_invoice(site)[:ROWS]), count.amounts)


def _due(site: Site | None, today: date) -> Card:
    items = queries.due_today(site, today=today)
    count = queries.how_many(items)
    return Card("Impayés du jour", "due", count.number, list(items[:ROWS]), count.amounts)


def _late(site: Site | None, today: date) -> Card:
    number = queries.number_late(site, today=today)
    return Card("Clients en retard à appeler", "late", number, queries.late_clients(site, today=today, first=ROWS))


def _credits(site: Site | None, _: date) -> Card:
    items = queries.credits_to_use(site)
    count = queries.how_many(items)
    return Card("Crédits à imputer", "credits", count.number, list(items[:ROWS]), count.amounts)


def _tills(site: Site | None, today: date) -> Card:
    tills = open_tills(site, today=today)
    return Card("Caisse à clôturer", "tills", sum(till.count for till in tills), list(tills))


def _settings(_site: Site | None, _: date) -> Card:
    missing = [SETTINGS[name] for name in queries.missing_settings()]
    return Card("Reste à paramétrer", "settings", len(missing), missing)
