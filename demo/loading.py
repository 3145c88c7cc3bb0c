"""Demo data: a made-up veterinary clinic, its sites and logins, and the worked examples; into empty books only."""

from datetime import date

from django.db import connection, transaction

from clients.models import Client
from demo.examples import EXAMPLES, Desk, play
from demo.logins import DEMO_LOGINS
from office.errors import SoldeError
from office.models import Company, Role, Site, User

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
    "vat_number": "FR11123456782",
}
SITES = [
    {"code": "PARC", "name": "Lyon Parc", "street": COMPANY["street"], "postcode": "69006", "city": "Lyon"},
    {"code": "VILL", "name": "Villeurbanne", "street": "3 rue du Repos", "postcode": "69100", "city": "Villeurbanne"},
]
NAMES = {"accueil": ("Léa", "Fontaine"), "comptable": ("Marc", "Vidal"), "admin": ("Nadia", "Karoui")}


class BooksInUse(SoldeError):
    """There is a business in the books already: the demo never mixes with it."""

    def __init__(self) -> None:
        super().__init__("Cette installation a déjà ses données\u00a0: la démonstration ne s’y mêle pas.")


@transaction.atomic
def load(today: date) -> bool:
    """Load the demo, all of it or nothing; False if it was loaded before.

    today: the day from which the examples count « a month overdue ». Two at once load it once.
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
    play(Desk(users[DEMO_LOGINS[0][0]], sites[0]), today)
    return True


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
