"""The form that opens a client."""

import pytest

from clients.models import Client
from clients.services import Details, open_client
from ledger.models import Operation
from office.models import Site
from tests.factories import UserFactory
from tests.pages import at_work, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    return at_work(client)


def answers(**changed: str) -> dict[str, str]:
    return {"key": "6e9d2a3c-1111-4222-8333-123456789abc", "nature": "person", "name": "Mme Roux", **changed}


def test_a_client_is_opened_with_all_that_was_typed(desk):
    site = Site.objects.create(code="PARC", name="Clinique du Parc")

    response = desk.post(
        "/clients/nouveau/",
        answers(
            nature="company",
            name="Haras des Ormes",
            code="ORMES",
            phone="04 78 00 00 01",
            email="haras@example.org",
            street="4 place du Marché",
            postcode="69400",
            city="Villefranche-sur-Saône",
            site=str(site.pk),
        ),
        follow=True,
    )

    client = Client.objects.get()
    assert response.redirect_chain == [("/clients/ORMES/", 302)]
    assert "Le client Haras des Ormes est ouvert, sous le code ORMES." in response.content.decode()
    assert (client.nature, client.name, client.phone, client.email) == (
        "company",
        "Haras des Ormes",
        "04 78 00 00 01",
        "haras@example.org",
    )
    assert (client.street, client.postcode, client.city, client.site) == (
        "4 place du Marché",
        "69400",
        "Villefranche-sur-Saône",
        site,
    )
    assert not client.account.walk_in
    assert Operation.objects.get().user == response.context["user"]


def test_a_client_without_a_code_is_given_one_and_told_it(desk):
    response = desk.post("/clients/nouveau/", answers(), follow=True)

    assert "Le client Mme Roux est ouvert, sous le code C-00001." in response.content.decode()


def test_a_walk_in_client_says_so(desk):
    desk.post("/clients/nouveau/", answers(name="Passagers", code="PASS", walk_in="on"))

    assert Client.objects.get().account.walk_in
    assert "Client passager" in text_of(desk.get("/clients/PASS/").content.decode())
    assert "Passagers PASS Passager" in text_of(desk.get("/clients/").content.decode())


def test_a_taken_code_is_told_beside_its_field_and_the_form_stays_filled_in(desk):
    open_client(Details("M. Roux", code="ROUX"))

    response = desk.post("/clients/nouveau/", answers(code="ROUX", city="Lyon"))

    assert response.status_code == 422
    assert response.context["form"].errors == {"code": ["Le code ROUX est déjà celui d’un autre client."]}
    assert 'value="Lyon"' in response.content.decode()
    assert 'value="Mme Roux"' in response.content.decode()
    assert Client.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", " ", "Ce champ est obligatoire."),
        ("code", "deux mots", "Un code est fait de lettres, de chiffres et de + - _ . /."),
        ("code", "É", "Un code est fait de lettres, de chiffres et de + - _ . /."),
        ("email", "haras", "Écrivez l’adresse comme nom@exemple.fr."),
        ("nature", "ami", "Sélectionnez un choix valide. ami n’en fait pas partie."),
        ("site", "999", "Sélectionnez un choix valide. Ce choix ne fait pas partie de ceux disponibles."),
    ],
)
def test_what_cant_be_is_told_beside_its_field(desk, field, value, message):
    response = desk.post("/clients/nouveau/", answers(**{field: value}))

    assert response.status_code == 422
    assert response.context["form"].errors == {field: [message]}
    assert not Client.objects.exists()


def test_a_form_sent_twice_opens_one_client_and_leads_to_it(desk):
    first = desk.post("/clients/nouveau/", answers())
    second = desk.post("/clients/nouveau/", answers())

    assert first.headers["Location"] == second.headers["Location"] == "/clients/C-00001/"
    assert Client.objects.count() == 1


def test_back_and_another_name_is_refused(desk):
    desk.post("/clients/nouveau/", answers())

    response = desk.post("/clients/nouveau/", answers(name="M. Girard"))

    assert response.status_code == 422
    assert "déjà été enregistré avec une autre saisie" in response.content.decode()
    assert Client.objects.get().name == "Mme Roux"


def test_the_form_proposes_the_users_own_site(client):
    site = Site.objects.create(code="PARC", name="Clinique du Parc")
    Site.objects.create(code="GARE", name="Clinique de la Gare", is_active=False)
    client.force_login(UserFactory(site=site))

    html = client.get("/clients/nouveau/").content.decode()

    assert f'<option value="{site.pk}" selected>Clinique du Parc</option>' in html
    assert "Clinique de la Gare" not in html


def test_the_name_that_was_searched_in_vain_is_there_already(desk):
    assert 'value="Girard"' in desk.get("/clients/nouveau/?name=Girard").content.decode()
