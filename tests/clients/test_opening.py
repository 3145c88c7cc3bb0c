"""The opening balance by hand: set, changed and removed by an accountant, its history shown."""

from datetime import date
from uuid import uuid4

import pytest

from clients.services import Details, open_client
from ledger.balance import balance_of
from ledger.models import Document, PeriodLock
from ledger.queries import open_items
from ledger.services import shut
from office.models import Role
from tests.builders import pay
from tests.pages import at_work, cells, text_of

pytestmark = pytest.mark.django_db

PATH = "/clients/DELMAS/solde-a-nouveau/"


@pytest.fixture
def books(client):
    return at_work(client, role=Role.ACCOUNTANT, first_name="Zoé", last_name="Comte")


@pytest.fixture
def delmas():
    return open_client(Details("Delmas", code="DELMAS"))


def answers(**changed: str) -> dict[str, str]:
    usual = {"key": str(uuid4()), "side": "owed", "amount": "7 500,00", "day": "2025-12-31", "due": "2026-01-31"}
    return usual | changed


def balance(client) -> str:
    return str(balance_of(client.account, today=date(2026, 11, 25)).balance.amount)


def test_what_a_client_owed_is_set_with_its_due_date(books, delmas):
    response = books.post(PATH, answers(), follow=True)

    page = response.content.decode()
    (item,) = open_items(delmas.account)
    assert (item.is_debit, str(item.amount), item.due) == (True, "7500.00", date(2026, 1, 31))
    assert "Le solde à nouveau est enregistré." in text_of(page)
    assert (cells(page, "Par"), cells(page, "Échéance")) == (["Zoé Comte"], ["31/01/2026"])
    assert 'value="7500,00"' in page


def test_what_a_client_had_to_spend_needs_no_due_date(books, delmas):
    books.post(PATH, answers(side="credit", amount="120", due=""))

    assert balance(delmas) == "120.00"


def test_changed_the_former_is_reversed_and_the_history_keeps_all(books, delmas):
    books.post(PATH, answers())

    page = books.post(PATH, answers(amount="5000"), follow=True).content.decode()

    assert balance(delmas) == "-5000.00"
    assert cells(page, "État") == ["En vigueur", "Contre-passation", "Annulé"]


def test_removed_nothing_is_owed_and_the_history_stays(books, delmas):
    books.post(PATH, answers())

    asked = books.get(f"{PATH}retirer/").content.decode()
    page = books.post(f"{PATH}retirer/", {"key": str(uuid4())}, follow=True).content.decode()

    assert "Une contre-passation l’annule" in text_of(asked)
    assert balance(delmas) == "0.00"
    assert cells(page, "État") == ["Contre-passation", "Annulé"]


def test_nothing_is_removed_where_there_is_none(books, delmas):
    response = books.post(f"{PATH}retirer/", {"key": str(uuid4())})

    assert response.status_code == 422
    assert "Ce client n’a pas de solde à nouveau." in text_of(response.content.decode())


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"amount": "12,3O"}, "amount", "«"),
        ({"amount": "1.234"}, "amount", "«"),
        ({"amount": "-5"}, "amount", "Écrivez le montant sans signe, et choisissez le sens."),
        ({"amount": "0"}, "amount", "Un solde à nouveau ne peut pas être de 0,00."),
        ({"due": ""}, "due", "Ce que le client devait a une échéance."),
        ({"day": "2025-02-31"}, "day", "Cette date n’existe pas\u00a0: écrivez-la comme 31/01/2026."),
        ({"day": "2999-01-01"}, "day", "La date ne peut pas être après le"),
        ({"day": "2025-06-30"}, "day", "La comptabilité est verrouillée jusqu’au 30/06/2025."),
    ],
)
def test_what_cant_be_is_told_beside_its_field(books, delmas, changed, field, message):
    shut(PeriodLock.Scope.BOOKS, date(2025, 6, 30))

    response = books.post(PATH, answers(**changed))

    assert response.status_code == 422
    errors = response.context["form"].errors
    assert list(errors) == [field]
    assert message in errors[field][0]
    assert not Document.objects.exists()


def test_one_that_is_settled_in_part_is_neither_changed_nor_removed(books, delmas):
    books.post(PATH, answers())
    (owed,) = open_items(delmas.account)
    pay(delmas, date(2026, 3, 16), "500", {owed: "500"})

    changed = books.post(PATH, answers(amount="5000"))
    removed = books.post(f"{PATH}retirer/", {"key": str(uuid4())})

    assert (changed.status_code, removed.status_code) == (422, 422)
    assert "est déjà utilisé en partie" in changed.context["form"].errors["amount"][0]
    assert "est déjà utilisé en partie" in text_of(removed.content.decode())
    assert balance(delmas) == "-7000.00"


def test_a_walk_in_client_has_none_and_says_so(books):
    open_client(Details("Passagers", code="DELMAS", walk_in=True))

    refused = books.post(PATH, answers())

    assert refused.status_code == 422
    assert "Un client passager n’a pas de solde à nouveau" in text_of(refused.content.decode())
    assert not Document.objects.exists()


def test_sent_twice_it_is_set_once(books, delmas):
    sent = answers()
    books.post(PATH, sent)
    books.post(PATH, sent)

    assert balance(delmas) == "-7500.00"
    assert Document.objects.count() == 1
