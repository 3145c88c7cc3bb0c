"""« Utiliser un avoir » on an invoice, and « Solder les avoirs »."""

from decimal import Decimal
from uuid import uuid4

import pytest

from ledger.models import Allocation, Operation
from office.clock import today
from office.models import Role
from payments.models import Payment, SettlingBatch
from payments.services import use_credit
from tests.builders import a_client, credit_note, credit_on, euros, invoice, left, main_item, pay, told
from tests.factories import op
from tests.helpers import work_off
from tests.pages import at_work, cells, column, squeezed

DAY = today()


@pytest.fixture
def desk(db, client):
    return at_work(client)


@pytest.fixture
def boss(db, client):
    return at_work(client, role=Role.ACCOUNTANT)


@pytest.fixture
def roux(db):
    return a_client("ROUX", name="Mme Roux")


def page(desk, path):
    response = desk.get(path)
    assert response.status_code == 200
    return squeezed(response.content.decode())


def send(desk, path, **data):
    response = desk.post(path, {"key": str(uuid4()), **data})
    return response, squeezed(response.content.decode())


def use(desk, f, credit, amount, **data):
    return send(desk, f"/factures/{f.pk}/utiliser-un-avoir/", credit=str(main_item(credit).pk), amount=amount, **data)


def test_the_credit_that_names_the_invoice_is_chosen_already(desk, roux):
    f = invoice(roux, DAY, "100")
    credit_note(roux, DAY, "30")
    own = credit_on(f, DAY, "20")

    html = page(desk, f"/factures/{f.pk}/utiliser-un-avoir/")

    assert f'value="{main_item(own).pk}" required id="id_credit_0" checked' in html
    assert 'value="20,00"' in html


def test_a_credit_is_used_on_an_invoice_in_part(desk, roux):
    f = invoice(roux, DAY, "50")
    note = credit_note(roux, DAY, "30")

    response, _ = use(desk, f, note, "12,50")

    assert response["Location"] == f"/documents/{f.document_id}/"
    assert (left(f), left(note)) == (Decimal("37.50"), Decimal("17.50"))
    assert Payment.objects.get().amount.amount == 0
    assert told(roux, DAY, balance="-20")


def test_an_overpayment_is_used_alike(desk, roux):
    f = invoice(roux, DAY, "50")
    tp = pay(roux, DAY, "80")

    use(desk, f, tp, "50")

    assert told(roux, DAY, unpaid="0", credit="30")


@pytest.mark.parametrize(
    ("amount", "message"),
    [
        ("30,01", "reste disponible 30,00\u00a0€"),
        ("0", "Écrivez un montant positif."),
        ("-5", "Écrivez un montant positif."),
        ("dix", "dix"),
    ],
)
def test_what_cannot_be_used_is_told(desk, roux, amount, message):
    f = invoice(roux, DAY, "50")
    note = credit_note(roux, DAY, "30")

    response, html = use(desk, f, note, amount)

    assert response.status_code == 422
    assert message in html
    assert not Allocation.objects.exists()


def test_more_than_the_invoice_owes_is_refused(desk, roux):
    f = invoice(roux, DAY, "20")

    response, html = use(desk, f, credit_note(roux, DAY, "30"), "25")

    assert response.status_code == 422
    assert "reste dû 20,00\u00a0€" in html


def test_a_credit_used_meanwhile_says_what_is_left(desk, roux):
    f, g = invoice(roux, DAY, "50"), invoice(roux, DAY, "25")
    note = credit_note(roux, DAY, "30")
    use_credit(credit=note, invoice=g, amount=euros("25"), on=DAY, op=op(DAY))

    response, html = use(desk, f, note, "30")

    assert response.status_code == 422
    assert f"{note}\u00a0: reste disponible 5,00\u00a0€" in html


@pytest.mark.parametrize("whose", ["AUTRE", "CHF"])
def test_the_credit_of_another_client_or_currency_is_refused(desk, roux, whose):
    f = invoice(roux, DAY, "50")
    other = a_client(whose, currency="CHF" if whose == "CHF" else "EUR")

    response, html = use(desk, f, credit_note(other, DAY, "30"), "30")

    assert response.status_code == 422
    assert "Ce document n’est pas de ce client." in html
    assert not Allocation.objects.exists()


@pytest.mark.parametrize("credit", ["", "0", "999999", "9" * 30, "abc"])
def test_a_credit_that_is_none_is_refused(desk, roux, credit):
    f = invoice(roux, DAY, "50")

    response, _ = send(desk, f"/factures/{f.pk}/utiliser-un-avoir/", credit=credit, amount="30")

    assert response.status_code == 422
    assert not Allocation.objects.exists()


def test_sent_twice_it_is_used_once(desk, roux):
    f = invoice(roux, DAY, "50")
    note = credit_note(roux, DAY, "30")
    key = str(uuid4())

    answers = [use(desk, f, note, "30", key=key)[0] for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert left(f) == 20


PATH = "/reglements/solder-les-avoirs/"


def test_the_list_tells_what_each_credit_note_would_settle(boss, roux):
    f = invoice(roux, DAY, "20")
    note = credit_on(f, DAY, "20")
    free = credit_note(a_client("DELMAS"), DAY, "50")

    html = page(boss, PATH)

    assert cells(html, "Avoir") == [str(note), str(free)]
    assert cells(html, "Origine") == [str(f), "global"]
    assert column(html, "Reste") == [20, 50]
    assert cells(html, "Solderait") == [f"20,00\u00a0€ sur {f}", "rien à solder"]
    assert cells(page(boss, f"{PATH}?q=delmas"), "Avoir") == [str(free)]


def test_what_is_ticked_is_settled_and_undone_as_one(boss, roux):
    f, g = invoice(roux, DAY, "20"), invoice(roux, DAY, "40")
    first, second = credit_on(f, DAY, "20"), credit_on(g, DAY, "40")

    response, _ = send(boss, PATH, credits=str(main_item(first).pk))

    batch = SettlingBatch.objects.get()
    assert response["Location"] == f"{PATH}{batch.pk}/"
    assert (left(f), left(g), left(second)) == (0, 40, 40)
    html = page(boss, response["Location"])
    assert "1 avoir sur 1 soldé" in html
    response, _ = send(boss, f"{PATH}{batch.pk}/annuler/")
    assert left(f) == 20
    assert "<del>20,00\u00a0€</del>" in page(boss, f"{PATH}{batch.pk}/")
    assert Operation.objects.filter(kind=Operation.Kind.UNDO_SETTLING).count() == 1
    response, html = send(boss, f"{PATH}{batch.pk}/annuler/")
    assert response.status_code == 422
    assert "déjà annulé" in html


def test_nothing_ticked_is_told(boss, roux):
    credit_note(roux, DAY, "20")

    response, html = send(boss, PATH)

    assert response.status_code == 422
    assert "Cochez au moins un avoir." in html
    assert not SettlingBatch.objects.exists()


def test_a_batch_sent_twice_is_made_once(boss, roux):
    invoice(roux, DAY, "20")
    data = {"credits": str(main_item(credit_note(roux, DAY, "20")).pk), "key": str(uuid4())}

    answers = [boss.post(PATH, data) for _ in range(2)]

    assert answers[0]["Location"] == answers[1]["Location"]
    assert SettlingBatch.objects.count() == 1


def test_more_than_fifty_are_settled_by_a_job(own_database, client):
    boss = at_work(client, role=Role.ACCOUNTANT)
    roux = a_client("ROUX")
    invoice(roux, DAY, "60")
    for _ in range(51):
        credit_note(roux, DAY, "1")

    response, _ = send(boss, PATH, everything="on")

    assert "Le lot sera fait" in page(boss, response["Location"])
    assert not Allocation.objects.exists()
    work_off()
    html = page(boss, response["Location"])
    assert "51 avoirs sur 51 soldés" in html
    assert told(roux, DAY, unpaid="9", credit="0")
