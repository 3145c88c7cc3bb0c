"""The pages of what is done with an issued invoice, and its menu."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from invoicing.models import Dispute, Invoice
from invoicing.services import dispute_invoice
from invoicing.terms import add_months
from ledger.models import Operation
from office.amounts import format_amount
from office.clock import today
from tests.builders import a_client, cancel, invoice, pay
from tests.desk import op
from tests.pages import at_work, cells, squeezed

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    return at_work(client)


@pytest.fixture
def f():
    return invoice(a_client("ROUX", name="Mme Roux"), today(), "300")


def send(desk, path, **data):
    response = desk.post(path, {"key": str(uuid4()), **data})
    return response, squeezed(response.content.decode())


def spread(**data):
    told = {"terms": "instalments", "count": "3", "first": add_months(today(), 1).isoformat()}
    return told | {"dues-TOTAL_FORMS": "2", "dues-INITIAL_FORMS": "0"} | data


def page(desk, path):
    response = desk.get(path)
    assert response.status_code == 200
    return squeezed(response.content.decode())


def test_what_is_left_is_spread_in_equal_parts(desk, f):
    first = add_months(today(), 1)

    response, _ = send(desk, f"/factures/{f.pk}/echelonner/", **spread())

    assert response["Location"] == f"/documents/{f.document_id}/"
    html = page(desk, response["Location"])
    days = [f"{add_months(first, count):%d/%m/%Y}" for count in range(3)]
    assert cells(html, "Échéance")[:4] == [f"{today():%d/%m/%Y}", *days]
    assert cells(html, "Reste dû")[:4] == ["échelonnée", *[format_amount(Decimal(100))] * 3]
    assert "Reste dû échelonné" in html


def test_a_preview_changes_nothing(desk, f):
    response, html = send(desk, f"/factures/{f.pk}/echelonner/", **spread(action="preview"))

    assert (response.status_code, html.count("100,00\u00a0€ le ")) == (200, 3)
    assert not Operation.objects.filter(kind=Operation.Kind.RESCHEDULE).exists()


def test_a_schedule_that_does_not_add_up_is_told_beside_it(desk, f):
    day = add_months(today(), 1).isoformat()
    rows = {"dues-0-due": day, "dues-0-amount": "120,00", "dues-1-due": day, "dues-1-amount": "100"}

    response, html = send(desk, f"/factures/{f.pk}/echelonner/", **spread(terms="free", **rows))

    assert response.status_code == 422
    assert "Les échéances font 220,00 pour un total de 300,00\u00a0: il manque 80,00." in html
    assert 'value="120,00"' in html
    assert f.instalments.count() == 1


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"count": ""}, "Indiquez le nombre d’échéances."),
        ({"count": "0"}, "1"),
        ({"first": ""}, "Indiquez la date de la première échéance."),
        ({"first": (today() - timedelta(days=1)).isoformat()}, "est avant la date de la pièce"),
        ({"first": "31/02/2027"}, "Cette date n’existe pas"),
        ({"terms": "free"}, "Écrivez les échéances"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(desk, f, wrong, message):
    response, html = send(desk, f"/factures/{f.pk}/echelonner/", **spread(**wrong))

    assert response.status_code == 422
    assert message in html
    assert f.instalments.count() == 1


def test_an_invoice_sent_twice_is_rescheduled_once(desk, f):
    data = {"key": str(uuid4()), **spread()}

    answers = [desk.post(f"/factures/{f.pk}/echelonner/", data) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert f.instalments.count() == 4


def test_an_invoice_is_disputed_with_a_reason_and_then_no_longer(desk, f):
    path = f"/factures/{f.pk}/litige/"
    response, html = send(desk, path, reason=" ")
    assert (response.status_code, Dispute.objects.count()) == (422, 0)

    response, _ = send(desk, path, reason="Soin non reconnu")
    html = page(desk, response["Location"])
    assert "En litige" in html
    assert "En litige\u00a0: Soin non reconnu" in html
    assert "Lever le litige" in html

    response, _ = send(desk, f"{path}lever/")
    html = page(desk, response["Location"])
    assert "Litige levé" in html
    assert Dispute.objects.get().ended_by.user.username


def test_a_dispute_lifted_twice_is_refused(desk, f):
    response, html = send(desk, f"/factures/{f.pk}/litige/lever/")

    assert response.status_code == 422
    assert "n’est pas en litige" in html


def test_an_invoice_is_duplicated_once_confirmed(desk, f):
    path = f"/factures/{f.pk}/dupliquer/"
    assert "300,00\u00a0€" in page(desk, path)
    assert Invoice.objects.count() == 1

    response, _ = send(desk, path)

    draft = Invoice.objects.get(document=None)
    assert response["Location"] == f"/factures/{draft.pk}/"
    assert draft.ttc == f.ttc


def test_what_a_paid_invoice_does_not_allow_is_shown_with_the_reason(desk, f):
    pay(f.client, today(), "300", {f: "300"})

    html = page(desk, "/clients/ROUX/factures/")

    assert "Échelonner le reste dû<small>il ne reste rien dû</small>" in html
    assert "Mettre en litige<small>il ne reste rien dû</small>" in html
    assert f'href="/factures/{f.pk}/annuler/"' in html


def test_a_cancelled_invoice_is_not_cancelled_again(desk, f):
    cancel(f, today())

    html = page(desk, "/clients/ROUX/factures/")

    assert "Annuler la facture<small>la facture est déjà annulée</small>" in html
    assert "la facture est déjà annulée" in page(desk, f"/factures/{f.pk}/annuler/").lower()


def test_a_disputed_invoice_bears_it_in_the_list(desk, f):
    dispute_invoice(invoice=f, reason="Soin non reconnu", op=op(today()))

    assert cells(page(desk, "/clients/ROUX/factures/"), "Statut") == ["En attente de paiement En litige"]


def test_the_history_tells_who_issued_and_who_printed(desk):
    f = invoice(a_client("ROUX", name="Mme Roux"), today() - timedelta(days=1), "300")
    desk.get(f"/factures/{f.pk}/facturette.pdf")

    html = page(desk, f"/documents/{f.document_id}/")

    acts = cells(html, "Action")
    assert acts == ["Brouillon créé", "Émise", "Facturette imprimée, exemplaire 1"]
    assert cells(html, "Par")[-1].startswith("utilisateur")
