"""Demo data: a made-up veterinary clinic, its sites and logins, and the worked examples; into empty books only."""

from datetime import date, timedelta
from typing import NoReturn, TypeAlias

from django.db import connection, transaction
from tqdm import tqdm

from clients.models import Client
from demo.catalogue import stock
from demo.clinic import SPAN, Clinic
from demo.counter import fill_counter
from demo.examples import EXAMPLES, Desk, play
from demo.logins import DEMO_LOGINS
from ledger.models import BankAccount, PeriodLock
from ledger.services import save_bank, shut
from office.errors import SoldeError
from office.models import Company, Role, Site, User

Bar: TypeAlias = "tqdm[NoReturn]"
DAYS = SPAN.days

# Numbers that nobody bears: a SIREN of example with its right check digits, telephones kept for fiction.
COMPANY = {
    "name": "Clinique vétérinaire du Parc",
    "legal_form": "SELARL au capital de 20 000 €",
    "street": "12 boulevard des Belges",
    "postcode": "69006",
    "city": "Lyon",
    "phone": "04 65 71 00 12",
    "email": "contact@clinique-du-parc.example",
    "siren": "123456782",
    "rcs_city": "Lyon",
    "vat_number": "FR11123456782",
}
SITES = [
    {"code": "PARC", "name": "Lyon Parc", "street": COMPANY["street"], "postcode": "69006", "city": "Lyon"},
    {"code": "VILL", "name": "Villeurbanne", "street": "3 rue du Repos", "postcode": "69100", "city": "Villeurbanne"},
]
# The IBAN that French banks print as their example.
BANK = {
    "label": "Compte courant",
    "bank_name": "Banque du Rhône",
    "iban": "FR7630006000011234567890189",
    "bic": "AGRIFRPP",
    "account_id": "512",
}
NAMES = {"accueil": ("Léa", "Fontaine"), "comptable": ("Marc", "Vidal"), "admin": ("Nadia", "Karoui")}


class BooksInUse(SoldeError):
    """There is a business in the books already: the demo never mixes with it."""

    def __init__(self) -> None:
        super().__init__("Cette installation a déjà ses données\u00a0: la démonstration ne s’y mêle pas.")


@transaction.atomic
def load(today: date, *, clients: int = 0, bar: "Bar | None" = None) -> bool:
    """Load the demo, all of it or nothing; False if it was loaded before.

    today: the day from which the examples count « a month overdue ». clients: how many the clinic has beside the
    examples. bar: shows how far it is, in days (`DAYS`). Two at once load it once.
    Raises BooksInUse where there is anything else.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE office_company IN SHARE ROW EXCLUSIVE MODE")
    if Client.objects.filter(code__in=EXAMPLES).count() == len(EXAMPLES):
        return False
    if any(model.objects.exists() for model in (Client, Company, Site, User)):
        raise BooksInUse
    Company.objects.create(pk=1, **COMPANY)
    sites = [Site.objects.create(**site) for site in SITES]
    users = {name: _user(name, password, role, sites[0]) for name, password, role in DEMO_LOGINS}
    bank = BankAccount(**BANK)
    save_bank(bank, fields=BANK, by=users["admin"])
    stock(today, by=users["admin"])
    user = users[DEMO_LOGINS[0][0]]
    desks = [Desk(user, site) for site in sites]
    bar = tqdm(disable=True) if bar is None else bar
    others = Clinic(desks, today, size=clients).days() if clients else None
    play(desks[0], today, others=others, tell=lambda day: _tell(bar, SPAN.days - (today - day).days))
    if clients:
        fill_counter(desks, today, bank)
    for site in sites:
        shut(PeriodLock.Scope.TILL, today - timedelta(days=1), site=site)
    return True


def _tell(bar: Bar, reached: int) -> None:
    bar.update(max(0, reached - bar.n))


def _user(name: str, password: str, label: str, site: Site) -> User:
    """A login of the demo; the front desk works at a site, the others everywhere."""
    role = next(role for role in Role if role.label == label)
    first_name, last_name = NAMES[name]
    return User.objects.create_user(
        name,
        password=password,
        role=role,
        site=site if role is Role.FRONT_DESK else None,
        first_name=first_name,
        last_name=last_name,
    )
