"""How an instalment of an issued invoice is to be collected: planned on its page, shown on the invoice's."""

from datetime import date

import pytest

from clients.services import Details, open_client
from demo.examples import Desk
from ledger.models import BankAccount
from tests.desk import line
from tests.pages import at_work, cells, squeezed

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)


@pytest.fixture
def instalment():
    return Desk().invoices(open_client(Details("Mme Roux")), DAY, line("60.00")).instalments.get()


@pytest.fixture
def desk(client):
    return at_work(client)


def test_what_is_planned_may_change_after_issue_and_is_shown(desk, instalment):
    bank = BankAccount.objects.create(label="Courant", iban="FR7630006000011234567890189", account_id="512")
    path = f"/echeances/{instalment.pk}/modifier/"
    told = {"planned_on": "2026-04-10", "method": "cheque", "bank": str(bank.pk), "reminder": "phone"}

    response = desk.post(path, {**told, "note": "après la paie", "due": "2030-01-01", "amount": "1"})

    assert response.url == f"/documents/{instalment.invoice.document_id}/"
    html = squeezed(desk.get(response.url).content.decode())
    [planned] = cells(html, "Encaissement prévu")
    assert planned.startswith("10/04/2026")
    assert "Chèque, Courant" in planned
    assert (cells(html, "Relance"), cells(html, "Note")) == (["Téléphone"], ["après la paie"])
    before = (instalment.due, instalment.amount)
    instalment.refresh_from_db()
    assert (instalment.due, instalment.amount) == before
    assert 'value="2026-04-10"' in desk.get(path).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"planned_on": "31/02/2026"}, {"method": "troc"}, {"bank": "999"}, {"reminder": "pigeon"}, {"note": "n" * 201}],
)
def test_nonsense_changes_nothing(desk, instalment, wrong):
    response = desk.post(f"/echeances/{instalment.pk}/modifier/", {"reminder": "phone", **wrong})

    assert response.status_code == 422
    instalment.refresh_from_db()
    assert (instalment.reminder, instalment.note) == ("letter", "")
