"""What is known of a client beyond its name: its records, what it is found by, and what can't be true."""

from datetime import date

import pytest

from clients.models import Address, Animal, Change, Client, Contact, Note
from clients.queries import found
from clients.services import Details, faults, open_client, open_clients, register_client
from clients.terms import AGREED, Terms
from demo.examples import Desk
from invoicing.services import identity_of
from invoicing.terms import due_day
from ledger.models import Operation
from office.countries import country_choices
from tests import factories

DAY = date(2026, 1, 5)
SIREN = "732829320"
SIRET = "73282932000074"
VAT = "FR44732829320"


def haras(**changed) -> Details:
    return Details(
        **{
            "name": "Haras des Ormes",
            "nature": "company",
            "siren": SIREN,
            "siret": SIRET,
            "vat_number": VAT,
            "iban": "FR7630006000011234567890189",
            "bic": "AGRIFRPP",
            "terms": Terms.DAYS_45_MONTH_END,
            "contacts": [Contact(name="Jeanne Thévenet", phone="+33 6 12 34 56 78", email="jeanne@example.org")],
            "addresses": [Address(label="Comptabilité", street="12 rue Pasteur", postcode="69007", city="Lyon")],
            "animals": [Animal(name="Œillet", species="Cheval", chip="250268712345678", born=date(2019, 4, 1))],
            "notes": [Note(text="Règle par virement.", is_alert=True)],
            **changed,
        }
    )


def test_a_client_is_opened_with_all_its_records(db):
    client = open_client(haras())

    client = Client.objects.get(pk=client.pk)
    assert (client.siren, client.siret, client.vat_number) == (SIREN, SIRET, VAT)
    assert (client.iban, client.bic, client.terms) == ("FR7630006000011234567890189", "AGRIFRPP", "days_45_month_end")
    assert [str(row) for row in client.contacts.all()] == ["Jeanne Thévenet, +33 6 12 34 56 78, jeanne@example.org"]
    assert [str(row) for row in client.addresses.all()] == ["Facturation, Comptabilité, 12 rue Pasteur, 69007 Lyon"]
    assert [str(row) for row in client.animals.all()] == ["Œillet, Cheval, né le 01/04/2019, puce 250268712345678"]
    assert [str(row) for row in client.notes.all()] == ["Règle par virement. (alerte)"]


def test_records_of_several_clients_stay_apart(db):
    open_clients([haras(code="ORMES"), Details("Mme Roux", code="ROUX", animals=[Animal(name="Mistigri")])])

    assert [animal.name for animal in Animal.objects.filter(client__code="ROUX")] == ["Mistigri"]
    assert [animal.name for animal in Animal.objects.filter(client__code="ORMES")] == ["Œillet"]


@pytest.mark.parametrize(
    "text", ["oeillet", "2687123", "250268712345678", "thevenet", "0612345678", "jeanne@", SIREN, "ormes"]
)
def test_a_client_is_found_by_its_animals_and_contacts(db, text):
    client = open_client(haras())
    open_client(Details("Mme Roux"))

    assert list(found(text)) == [client]


def test_a_person_is_found_by_the_given_name_and_sorted_by_the_family_name(db):
    open_client(Details("Zola", given_name="Anne"))
    open_client(Details("Delmas", given_name="Zoé"))
    open_client(Details("Delmas", given_name="Claire"))

    assert [client.given_name for client in found("delmas")] == ["Claire", "Zoé"]
    assert [client.name for client in found("anne")] == ["Zola"]


def test_a_client_is_named_in_full(db):
    assert Client(title="mrs", given_name="Claire", name="Delmas").full_name == "Mme Claire Delmas"
    assert Client(name="Haras des Ormes").full_name == "Haras des Ormes"


def test_an_address_abroad_ends_with_its_country(db):
    client = Client(street="Rue Haute 5", postcode="1000", city="Bruxelles", country="BE")

    assert client.address_lines == ["Rue Haute 5", "1000 Bruxelles", "BELGIQUE"]


def test_a_document_is_made_out_to_the_billing_address(db):
    client = open_client(haras(street="4 place du Marché", postcode="69400", city="Villefranche"))

    identity = identity_of(client, None)

    assert (identity["label"], identity["street"], identity["city"]) == ("Comptabilité", "12 rue Pasteur", "Lyon")
    assert (identity["siren"], identity["vat_number"]) == (SIREN, VAT)


def test_a_document_is_made_out_to_the_main_address_without_a_billing_one(db):
    delivery = Address(kind=Address.Kind.DELIVERY, street="Écurie du bas", city="Anse")
    client = open_client(haras(street="4 place du Marché", city="Villefranche", addresses=[delivery]))

    identity = identity_of(client, None)

    assert (identity["street"], identity["city"]) == ("4 place du Marché", "Villefranche")


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"siren": "732829321"}, "siren", "Ce SIREN n’est pas exact\u00a0: vérifiez ses 9 chiffres."),
        ({"siret": "73282932000075"}, "siret", "Ce SIRET n’est pas exact\u00a0: vérifiez ses 14 chiffres."),
        ({"siret": "55210055400013"}, "siret", "Un SIRET commence par le SIREN, et celui-ci par un autre."),
        ({"vat_number": "FR45732829320"}, "vat_number", "Ce numéro de TVA n’est pas exact\u00a0: vérifiez sa clé."),
        ({"iban": "FR7630006000011234567890188"}, "iban", "Cet IBAN n’est pas exact\u00a0: vérifiez ses chiffres."),
        ({"bic": "AGRI"}, "bic", "Ce BIC n’est pas exact\u00a0: il a 8 ou 11 signes."),
        ({"email": "haras"}, "email", "Écrivez l’adresse comme nom@exemple.fr."),
        ({"terms": "bientôt"}, "terms", "La valeur «\u00a0'bientôt'\u00a0» n’est pas un choix valide."),
        ({"vat_regime": "exempt"}, "vat_exemption", "Écrivez le motif\u00a0: la facture doit le porter."),
        (
            {"vat_regime": "reverse_charge"},
            "vat_number",
            "L’autoliquidation demande le numéro de TVA d’un autre État de l’Union.",
        ),
        ({"channel": "email"}, "channel", "L’envoi par e-mail demande une adresse e-mail."),
        (
            {"channel": "e_invoice", "siren": "", "siret": "", "vat_number": ""},
            "channel",
            "La facture électronique demande un SIREN ou une adresse de facturation électronique.",
        ),
        (
            {"animals": [Animal(name="Œillet"), Animal(name="Rex", chip="12")]},
            "animals",
            "2\u00a0: Un numéro de puce a 15 chiffres (9 ou 10 signes pour les anciennes).",
        ),
        ({"contacts": [Contact(name="J", email="j")]}, "contacts", "1\u00a0: Écrivez l’adresse comme nom@exemple.fr."),
    ],
)
def test_what_is_wrong_with_a_client_is_told_before_it_is_opened(db, changed, field, sentence):
    told = faults(haras(**changed))

    assert sentence in told[field]


def test_nothing_is_wrong_with_a_client_in_order(db):
    assert faults(haras()) == {}


def test_the_history_of_a_client_begins_at_the_desk(db):
    user = Desk().user

    client = register_client(details=haras(), op=factories.op(DAY, Operation.Kind.CLIENT, user=user))

    assert [(change.about, change.user, change.version) for change in Change.objects.filter(client=client)] == [
        ("Client ouvert", user, 1)
    ]


@pytest.mark.parametrize("terms", [name for name, _ in AGREED])
def test_all_terms_that_can_be_agreed_have_a_due_day(terms):
    assert due_day(Terms(terms), DAY) >= DAY


def test_countries_stand_by_their_french_names_france_first():
    names = [name for _, name in country_choices()]

    assert names[0] == "France"
    assert names.index("Allemagne") < names.index("Belgique") < names.index("États-Unis") < names.index("Suisse")
    assert "Union européenne" not in names
