"""The page on which an invoice is cancelled: it tells what that will do."""

from uuid import uuid4

import pytest

from credits.models import CreditNote
from invoicing.models import Visit
from invoicing.services import draft_lines
from ledger.models import PeriodLock
from ledger.services import shut
from office.clock import today
from office.models import Role
from tests.builders import a_client, invoice, pay, told
from tests.desk import desk as services
from tests.desk import line, op
from tests.pages import at_work, squeezed

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    return at_work(client)


@pytest.fixture
def roux():
    return a_client("ROUX", name="Mme Roux")


def send(desk, f, **data):
    response = desk.post(f"/factures/{f.pk}/annuler/", {"key": str(uuid4()), **data})
    return response, squeezed(response.content.decode())


def test_what_is_detached_and_becomes_credit_is_told_before(desk, roux):
    f = invoice(roux, today(), "100")
    paid = pay(roux, today(), "70", {f: "70"})

    html = squeezed(desk.get(f"/factures/{f.pk}/annuler/").content.decode())

    assert "Un avoir de 100,00\u00a0€ annule la facture" in html
    assert "deviennent des trop-perçus" in html
    assert f'70,00\u00a0€ du règlement <a href="/documents/{paid.document_id}/">{paid}</a>' in html


def test_a_cancelled_invoice_leads_to_its_credit_note(desk, roux):
    f = invoice(roux, today(), "100")
    pay(roux, today(), "70", {f: "70"})

    response, _ = send(desk, f)

    note = CreditNote.objects.get()
    assert response["Location"] == f"/documents/{note.document_id}/"
    assert told(roux, today(), unpaid="0", credit="70", balance="70")


def test_sent_twice_it_is_cancelled_once(desk, roux):
    f = invoice(roux, today(), "100")
    data = {"key": str(uuid4())}

    answers = [desk.post(f"/factures/{f.pk}/annuler/", data) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert CreditNote.objects.count() == 1


def test_sent_anew_it_is_refused(desk, roux):
    f = invoice(roux, today(), "100")
    send(desk, f)

    response, html = send(desk, f)

    assert response.status_code == 422
    assert "déjà annulée" in html.lower()


@pytest.mark.parametrize(("answer", "waits"), [("ok", "30"), ("keep", "0")])
def test_one_chooses_whether_the_visits_are_to_invoice_again(desk, roux, answer, waits):
    visit = services.visits(roux, today(), line("30.00"), kind=Visit.Kind.SALE)
    f = services.invoices_visit(visit, today())
    assert "Désassocier les visites" in desk.get(f"/factures/{f.pk}/annuler/").content.decode()

    send(desk, f, visits=answer)

    assert told(roux, today(), to_invoice=waits, unpaid=waits, balance="0")


def test_the_choice_about_the_visits_is_asked_for(desk, roux):
    visit = services.visits(roux, today(), line("30.00"), kind=Visit.Kind.SALE)
    f = services.invoices_visit(visit, today())

    response, _ = send(desk, f)

    assert response.status_code == 422
    assert not CreditNote.objects.exists()


@pytest.mark.parametrize(("who", "done"), [(Role.FRONT_DESK, 0), (Role.ACCOUNTANT, 1)])
def test_a_payment_in_a_closed_till_needs_an_accountant(client, roux, who, done):
    desk = at_work(client, role=who)
    f = invoice(roux, today(), "100")
    pay(roux, today(), "100", {f: "100"})
    shut(PeriodLock.Scope.TILL, today())

    response, html = send(desk, f)

    assert (response.status_code, CreditNote.objects.count()) == ((422, 302)[done], done)
    assert ("demandez à un comptable" in html) is not bool(done)


def test_a_draft_is_not_cancelled(desk, roux):
    draft = draft_lines(client=roux, lines=[line("10.00")], op=op(today()))

    response, html = send(desk, draft)

    assert response.status_code == 422
    assert "n’est pas émise" in html
