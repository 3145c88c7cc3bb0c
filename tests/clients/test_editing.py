"""Changing what is known of a client: the form and its rows, two editors, likely duplicates, the history."""

from datetime import date

import pytest

from clients.filters import ClientFilter
from clients.models import Address, Animal, Change, Client, Contact, Note
from clients.queries import found
from clients.services import Details, archive_client, open_client
from invoicing.services import record_visit
from office.clock import today
from office.models import Site
from tests import factories
from tests.pages import at_work, cells, text_of

pytestmark = pytest.mark.django_db

PATH = "/clients/DELMAS/modifier/"


@pytest.fixture
def desk(client):
    return at_work(client, first_name="Léa", last_name="Fontaine")


@pytest.fixture
def delmas():
    return open_client(
        Details(
            "Delmas",
            code="DELMAS",
            given_name="Claire",
            phone="06 12 34 56 78",
            iban="FR7630006000011234567890189",
            contacts=[Contact(name="Paul Delmas", phone="06 00 00 00 02")],
            animals=[Animal(name="Œillet", species="Chien", chip="250268712345678")],
        )
    )


def answers(**changed: str) -> dict[str, str]:
    """What the form sends when only `changed` was typed over."""
    same = {
        "version": "1",
        "nature": "person",
        "name": "Delmas",
        "given_name": "Claire",
        "phone": "06 12 34 56 78",
        "iban": "FR76 3000 6000 0112 3456 7890 189",
    }
    return same | changed


def rows(prefix: str, *given: dict[str, str], stored: int = 0) -> dict[str, str]:
    sent = {f"{prefix}-TOTAL_FORMS": str(len(given)), f"{prefix}-INITIAL_FORMS": str(stored)}
    for number, row in enumerate(given):
        sent |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return sent


def told(client: Client) -> list[tuple[str, str, str]]:
    changes = Change.objects.filter(client=client).order_by("version")
    return [(one["field"], one["before"], one["after"]) for change in changes for one in change.said]


def test_a_changed_address_and_iban_are_kept_with_who_and_what_before(desk, delmas):
    response = desk.post(PATH, answers(street="4 rue Pasteur", iban="FR14 2004 1010 0505 0001 3M02 606"), follow=True)

    client = Client.objects.get()
    assert response.redirect_chain == [("/clients/DELMAS/coordonnees/", 302)]
    assert (client.street, client.iban, client.version) == ("4 rue Pasteur", "FR1420041010050500013M02606", 2)
    assert told(client) == [
        ("adresse", "", "4 rue Pasteur"),
        ("IBAN", "FR7630006000011234567890189", "FR1420041010050500013M02606"),
    ]
    history = desk.get("/clients/DELMAS/historique/").content.decode()
    assert cells(history, "Par") == ["Léa Fontaine"] * 2
    assert cells(history, "Avant") == ["—", "FR7630006000011234567890189"]
    assert cells(history, "Après") == ["4 rue Pasteur", "FR1420041010050500013M02606"]


def test_a_form_that_changes_nothing_leaves_no_trace(desk, delmas):
    response = desk.post(PATH, answers(), follow=True)

    assert "Rien n’était à changer." in text_of(response.content.decode())
    assert Client.objects.get().version == 1
    assert not Change.objects.exists()


def test_the_form_shows_what_is_known_and_its_rows(desk, delmas):
    html = desk.get(PATH).content.decode()

    for value in ("Delmas", "Claire", "06 12 34 56 78", "Paul Delmas", "Œillet", "250268712345678"):
        assert f'value="{value}"' in html
    assert 'name="code"' not in html
    assert 'name="currency"' not in html


def test_rows_are_added_changed_and_removed(desk, delmas):
    contact, animal = delmas.contacts.get(), delmas.animals.get()
    sent = answers(
        **rows("contacts", {"row": str(contact.pk), "name": "Paul Delmas", "DELETE": "on"}, {"name": ""}, stored=1),
        **rows(
            "animals",
            {"row": str(animal.pk), "name": "Œillet", "species": "Chien", "chip": animal.chip, "is_deceased": "on"},
            {"name": "Mistigri", "species": "Chat", "chip": "250 269 000 000 001", "born": "2026-04-01"},
            {"name": ""},
            stored=1,
        ),
        **rows("addresses", {"kind": "delivery", "street": "Chemin du Bas", "city": "Anse", "country": "FR"}),
        **rows("notes", {"text": "Mord.", "is_alert": "on"}),
    )

    response = desk.post(PATH, sent)

    assert response.status_code == 302
    assert not Contact.objects.exists()
    assert [(row.pk == animal.pk, row.name, row.is_deceased, row.chip) for row in Animal.objects.order_by("pk")] == [
        (True, "Œillet", True, "250268712345678"),
        (False, "Mistigri", False, "250269000000001"),
    ]
    assert [str(row) for row in Address.objects.all()] == ["Livraison, Chemin du Bas, Anse"]
    assert [(row.text, row.is_alert) for row in Note.objects.all()] == [("Mord.", True)]
    assert told(delmas) == [
        ("contact", "Paul Delmas, 06 00 00 00 02", ""),
        ("adresse", "", "Livraison, Chemin du Bas, Anse"),
        ("animal", "Œillet, Chien, puce 250268712345678", "Œillet, Chien, puce 250268712345678, décédé"),
        ("animal", "", "Mistigri, Chat, né le 01/04/2026, puce 250269000000001"),
        ("note", "", "Mord. (alerte)"),
    ]
    assert [client.code for client in found("mistigri")] == ["DELMAS"]
    assert [client.code for client in found("250269000000001")] == ["DELMAS"]
    assert not found("paul")


def test_a_row_of_another_client_is_not_taken_over(desk, delmas):
    other = open_client(Details("M. Roux", animals=[Animal(name="Rex")])).animals.get()

    desk.post(PATH, answers(**rows("animals", {"row": str(other.pk), "name": "Volé"}, stored=1)))

    assert [(row.client.name, row.name) for row in Animal.objects.order_by("name")] == [
        ("M. Roux", "Rex"),
        ("Delmas", "Volé"),
    ]


@pytest.mark.parametrize(
    ("changed", "place", "message"),
    [
        ({"siren": "732829321"}, "siren", "Ce SIREN n’est pas exact\u00a0: vérifiez ses 9 chiffres."),
        ({"email": "claire"}, "email", "Écrivez l’adresse comme nom@exemple.fr."),
        ({"iban": "FR7630006000011234567890188"}, "iban", "Cet IBAN n’est pas exact\u00a0: vérifiez ses chiffres."),
        ({"vat_regime": "exempt"}, "vat_exemption", "Écrivez le motif\u00a0: la facture doit le porter."),
        ({"country": "ZZ"}, "country", "Sélectionnez un choix valide. ZZ n’en fait pas partie."),
        ({"name": "x" * 121}, "name", "Assurez-vous que cette valeur comporte au plus 120 caractères"),
        (rows("animals", {"name": "Rex", "chip": "12"}), "__all__", "Animaux\u00a0: corrigez les lignes signalées."),
        (rows("contacts", {"name": "J", "email": "j"}), "__all__", "Contacts\u00a0: corrigez les lignes signalées."),
        (rows("contacts", {"phone": "06"}), "__all__", "Contacts\u00a0: corrigez les lignes signalées."),
        ({"contacts-TOTAL_FORMS": "beaucoup"}, "__all__", "Contacts\u00a0: corrigez les lignes signalées."),
        ({"contacts-TOTAL_FORMS": "9999", "contacts-INITIAL_FORMS": "0"}, "__all__", "Contacts\u00a0: corrigez"),
        ({"version": "deux"}, "version", "Cette page n’est plus à jour\u00a0: rouvrez-la."),
    ],
)
def test_what_cant_be_is_told_and_nothing_is_saved(desk, delmas, changed, place, message):
    response = desk.post(PATH, answers(street="4 rue Pasteur", **changed))

    assert response.status_code == 422
    assert response.context["form"].errors[place][0].startswith(message)
    assert 'value="4 rue Pasteur"' in response.content.decode()
    assert Client.objects.get().street == ""
    assert not Change.objects.exists()


def test_the_fault_of_a_row_stands_beside_its_field(desk, delmas):
    response = desk.post(PATH, answers(**rows("animals", {"name": "Rex", "chip": "12"})))

    page = response.content.decode()
    error = page[page.index('id="id_animals-0-chip_error"') :]
    assert "Un numéro de puce a 15 chiffres" in text_of(error[:800])
    assert 'value="Rex"' in page


def test_the_siren_is_taken_from_the_siret(desk, delmas):
    desk.post(PATH, answers(siret="732 829 320 00074"))

    assert Client.objects.get().siren == "732829320"


def test_the_second_of_two_editors_is_told_what_changed_and_keeps_the_input(client, desk, delmas):
    desk.post(PATH, answers(street="4 rue Pasteur"))
    other = at_work(client, first_name="Paul", last_name="Girard")

    response = other.post(PATH, answers(phone="06 99 99 99 99"))

    page = response.content.decode()
    assert response.status_code == 422
    assert "Un autre utilisateur a modifié cette fiche pendant votre saisie" in text_of(page)
    assert (cells(page, "Par"), cells(page, "Donnée")) == (["Léa Fontaine"], ["Adresse"])
    assert (cells(page, "Avant"), cells(page, "Après")) == (["—"], ["4 rue Pasteur"])
    assert 'value="06 99 99 99 99"' in page
    assert 'name="version" value="2"' in page
    assert Client.objects.get().phone == "06 12 34 56 78"


def test_sent_again_after_being_told_the_second_editors_input_is_kept(desk, delmas):
    desk.post(PATH, answers(street="4 rue Pasteur"))

    response = desk.post(PATH, answers(version="2", street="4 rue Pasteur", phone="06 99 99 99 99"))

    assert response.status_code == 302
    assert Client.objects.get().phone == "06 99 99 99 99"


def test_a_form_sent_twice_is_no_conflict(desk, delmas):
    first = desk.post(PATH, answers(street="4 rue Pasteur", **rows("notes", {"text": "Mord."})))
    note = Note.objects.get()
    second = desk.post(PATH, answers(street="4 rue Pasteur", **rows("notes", {"row": str(note.pk), "text": "Mord."})))

    assert (first.status_code, second.status_code) == (302, 302)
    assert Change.objects.count() == 1


def test_a_likely_duplicate_is_told_before_it_is_opened(desk, delmas):
    sent = {"key": "6e9d2a3c-1111-4222-8333-123456789abc", "nature": "person", "name": "DELMAS", "given_name": "claire"}

    refused = desk.post("/clients/nouveau/", sent | {"phone": "+33 6 12 34 56 78"})
    accepted = desk.post("/clients/nouveau/", sent | {"phone": "+33 6 12 34 56 78", "anyway": "on"})

    assert refused.status_code == 422
    assert "Ce client existe peut-être déjà" in text_of(refused.content.decode())
    assert '<a href="/clients/DELMAS/">Claire Delmas</a>' in refused.content.decode()
    assert accepted.status_code == 302
    assert Client.objects.count() == 2


def test_the_same_siren_is_a_likely_duplicate_of_an_archived_client_too(desk, delmas):
    haras = open_client(Details("Haras des Ormes", code="ORMES", siren="732829320"))
    archive_client(haras, by=factories.UserFactory())

    response = desk.post(PATH, answers(siren="732829320"))

    assert response.status_code == 422
    assert [twin.code for twin in response.context["form"].twins] == ["ORMES"]
    assert "Archivé" in response.content.decode()


def test_the_same_name_with_another_number_is_another_client(desk, delmas):
    sent = {"key": "6e9d2a3c-1111-4222-8333-123456789abc", "nature": "person", "name": "Delmas", "given_name": "Claire"}

    assert desk.post("/clients/nouveau/", sent | {"phone": "06 11 11 11 11"}).status_code == 302


def test_a_duplicate_that_was_accepted_isnt_asked_for_again(desk, delmas):
    open_client(Details("Delmas", given_name="Claire", phone="06 12 34 56 78"))

    assert desk.post(PATH, answers(street="4 rue Pasteur")).status_code == 302


def test_a_new_client_with_a_phone_sent_twice_is_no_duplicate_of_itself(desk):
    sent = {
        "key": "6e9d2a3c-1111-4222-8333-123456789abc",
        "nature": "person",
        "name": "Roux",
        "phone": "06 12 34 56 78",
    }

    first, second = desk.post("/clients/nouveau/", sent), desk.post("/clients/nouveau/", sent)

    assert first.headers["Location"] == second.headers["Location"]
    assert Client.objects.count() == 1


def test_a_client_is_opened_with_its_rows_and_currency(desk):
    sent = {
        "key": "6e9d2a3c-1111-4222-8333-123456789abc",
        "nature": "person",
        "title": "mrs",
        "name": "Roux",
        "currency": "CHF",
        **rows("animals", {"name": "Rex"}, {"name": ""}),
    }

    desk.post("/clients/nouveau/", sent)

    client = Client.objects.get()
    assert (client.full_name, client.account.currency) == ("Mme Roux", "CHF")
    assert [animal.name for animal in client.animals.all()] == ["Rex"]
    assert told(client) == [("Client ouvert", "", "")]


def test_back_and_another_animal_is_another_input(desk):
    sent = {"key": "6e9d2a3c-1111-4222-8333-123456789abc", "nature": "person", "name": "Roux"}
    desk.post("/clients/nouveau/", sent | rows("animals", {"name": "Rex"}))

    response = desk.post("/clients/nouveau/", sent | rows("animals", {"name": "Médor"}))

    assert response.status_code == 422
    assert "déjà été enregistré avec une autre saisie" in response.content.decode()


def test_archived_and_reactivated(desk, delmas):
    asked = desk.get("/clients/DELMAS/archiver/")
    desk.post("/clients/DELMAS/archiver/")
    gone = list(ClientFilter({"q": "delmas"}, found(), today=today()).qs)
    desk.post("/clients/DELMAS/archiver/")
    page = desk.get("/clients/DELMAS/coordonnees/").content.decode()
    desk.post("/clients/DELMAS/reactiver/")

    assert "Un client archivé n’est plus dans la liste" in text_of(asked.content.decode())
    assert gone == []
    assert "Réactiver ce client" in page
    assert [client.code for client in ClientFilter({"q": "delmas"}, found(), today=today()).qs] == ["DELMAS"]
    assert told(delmas) == [("Archivé", "", ""), ("Réactivé", "", "")]


def test_who_archives_a_client_that_owes_is_told_so(desk, delmas):
    factories.invoice_entry(delmas.account, "50.00", date(2026, 1, 5))

    assert "Son solde n’est pas nul" in desk.get("/clients/DELMAS/archiver/").content.decode()


def test_all_that_is_known_stands_under_coordonnees(desk, delmas):
    site = Site.objects.create(code="PARC", name="Clinique du Parc")
    Client.objects.update(site=site, siren="732829320", terms="days_30")

    text = text_of(desk.get("/clients/DELMAS/coordonnees/").content.decode())

    for word in ("Clinique du Parc", "732\u00a0829\u00a0320", "30 jours", "Paul Delmas", "Œillet", "250268712345678"):
        assert word in text


def test_the_pages_ask_as_little_for_many_rows(desk, delmas, django_assert_max_num_queries):
    Animal.objects.bulk_create(Animal(client=delmas, name=f"Rex {n}") for n in range(60))
    Contact.objects.bulk_create(Contact(client=delmas, name=f"M. {n}") for n in range(20))
    user = factories.UserFactory()
    for number in range(60):
        Client.objects.filter(pk=delmas.pk).update(version=number + 1)
        Change.objects.create(client=delmas, version=number + 2, user=user, about="Fiche modifiée")

    for page in ("coordonnees", "modifier", "historique", "archiver"):
        with django_assert_max_num_queries(15):
            assert desk.get(f"/clients/DELMAS/{page}/").status_code == 200


def test_an_alert_stands_on_the_sheet_and_on_each_visit(desk, delmas):
    Note.objects.create(client=delmas, text="Mord. Museler.", is_alert=True)
    Note.objects.create(client=delmas, text="Portail à gauche.")
    visit = record_visit(client=delmas, day=date(2026, 1, 5), lines=[], op=factories.op(date(2026, 1, 5)))

    for path in ("/clients/DELMAS/", f"/visites/{visit.pk}/"):
        text = text_of(desk.get(path).content.decode())
        assert "Mord. Museler." in text
        assert "Portail à gauche." not in text


def test_the_history_comes_in_pages(desk, delmas):
    for number in range(2, 62):
        Change.objects.create(client=delmas, version=number, about=f"Action {number}")

    first = desk.get("/clients/DELMAS/historique/").content.decode()
    beyond = desk.get("/clients/DELMAS/historique/?page=99").content.decode()

    assert "1 à 50 sur 60" in first
    assert cells(beyond, "Donnée")[-1] == "Action 2"


def test_the_history_is_never_rewritten(delmas):
    change = Change.objects.create(client=delmas, version=2, about="Fiche modifiée")

    with pytest.raises(Exception, match="clients_change_unchanged"):
        Change.objects.filter(pk=change.pk).update(about="Rien")
