"""What is done with a payment, refund or incident, on its pages."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from ledger.models import Allocation, Document, PeriodLock
from ledger.services import shut
from office.clock import today
from payments.models import Incident, Payment
from tests.builders import a_client, bounce, credit_note, invoice, left, main_item, pay, told
from tests.pages import text_of
from tests.payments.desk_forms import confirmed, edit, sent, take, typed

pytestmark = pytest.mark.django_db


def test_an_edited_payment_is_one_with_its_history(desk, buyer):
    f = invoice(buyer, today(), "50")
    payment = pay(buyer, today(), "40", {f: "40"})
    page = desk.get(reverse("payment_edit", args=[payment.pk])).content.decode()

    answer = edit(desk, payment, ("cheque", "50,00", "0042"), rows={f: "50,00"})

    assert typed(page, f)[1] == "40,00"
    new = Payment.objects.get(replaces=payment)
    assert (left(f), new.amount.amount, new.type_id) == (0, 50, "cheque")
    assert told(buyer, today(), balance="0", collected="50")
    history = text_of(desk.get(answer.headers["Location"]).content.decode())
    assert "Historique du règlement" in history
    assert str(payment) in history
    listed = desk.get(reverse("payment_list")).content.decode()
    assert f">{payment}<" not in listed
    assert f">{new}<" in listed


def test_a_payment_whose_surplus_is_used_is_not_edited(desk, buyer):
    f, g = invoice(buyer, today(), "50"), invoice(buyer, today(), "100")
    payment = pay(buyer, today(), "80", {f: "50"})
    pay(buyer, today(), "0", {payment: "-30", g: "30"})

    answer = edit(desk, payment, ("card", "70,00"), rows={f: "50,00"})

    assert answer.status_code == 422
    assert f"{payment} est utilisé par" in text_of(answer.content.decode())
    assert Payment.objects.count() == 2


def test_a_payment_is_cancelled_before_the_closing_and_not_after(desk, buyer):
    f = invoice(buyer, today(), "50")
    payment, kept = pay(buyer, today(), "20", {f: "20"}), pay(buyer, today(), "30", {f: "30"})

    cancelled = confirmed(desk, "payment_cancel", payment.pk)
    shut(PeriodLock.Scope.TILL, today())
    late = confirmed(desk, "payment_cancel", kept.pk)

    assert (cancelled.status_code, late.status_code) == (302, 422)
    assert "déclarez plutôt un incident" in late.content.decode()
    assert told(buyer, today(), balance="-20", collected="30")


def test_a_bounced_cheque_from_declaration_through_partial_to_full_settlement(books, buyer):
    day = today() - timedelta(days=3)
    f = invoice(buyer, day, "80")
    cheque = pay(buyer, day, "80", {f: "80"}, by="cheque")

    answer = books.post(
        reverse("incident_declare", args=[cheque.pk]),
        {"key": str(uuid4()), "on": today().isoformat(), "reason": "unfunded_cheque", "fee": "15,00"},
    )

    incident = Incident.objects.get()
    assert answer.headers["Location"] == reverse("document", args=[incident.document_id])
    assert told(buyer, today(), unpaid="95", credit="0", balance="-95", collected="0")
    page = books.get(answer.headers["Location"]).content.decode()
    assert "Ouvert" in text_of(page)
    settle = re.search(r'href="(/reglements/nouveau/\?client=C-1&amp;[^"]*)"', page)[1].replace("&amp;", "&")
    assert re.search(r'name="m-0-amount"[^>]*value="95,00"', books.get(settle).content.decode())

    take(books, buyer, ("card", "80,00"), rows={f: "80,00"})
    assert "Partiellement régularisé" in text_of(books.get(answer.headers["Location"]).content.decode())

    fee = main_item(incident).pk  # posted second: the fee's own line
    fee = next(item for item in incident.fee_entry.lines.filter(kind="fee")).pk
    take(books, buyer, ("cash", "15,00"), rows={fee: "15,00"})
    assert "Régularisé" in text_of(books.get(answer.headers["Location"]).content.decode())
    assert told(buyer, today(), balance="0", unpaid="0")


def test_a_payment_presented_again_settles_what_the_first_one_had(books, buyer):
    day = today() - timedelta(days=3)
    f, g = invoice(buyer, day, "80"), invoice(buyer, day, "100")
    incident = bounce(pay(buyer, day, "180", {f: "80", g: "100"}, by="cheque"), today(), fee="15")

    answer = confirmed(books, "incident_represent", incident.pk)

    assert answer.status_code == 302
    assert (left(f), left(g)) == (0, 0)
    assert told(buyer, today(), unpaid="15", credit="0", collected="180")


def test_an_incident_closed_without_payment_is_a_loss_with_a_reason(books, buyer):
    day = today() - timedelta(days=3)
    f = invoice(buyer, day, "80")
    incident = bounce(pay(buyer, day, "80", {f: "80"}, by="cheque"), today(), fee="15")

    asked = text_of(books.get(reverse("incident_close", args=[incident.pk])).content.decode())
    without = confirmed(books, "incident_close", incident.pk, reason="")
    closed = confirmed(books, "incident_close", incident.pk)

    assert (without.status_code, closed.status_code) == (422, 302)
    assert "654 Pertes sur créances irrécouvrables 95,00\u00a0€ 411 Clients 95,00\u00a0€" in asked
    loss = Document.objects.get(kind=Document.Kind.WRITE_OFF)
    lines = loss.entries.get().lines.order_by("account").values_list("account", "debit", "credit")
    assert list(lines) == [("411", 0, 95), ("654", 95, 0)]
    assert told(buyer, today(), balance="0", unpaid="0", collected="0")
    assert "Clos sans règlement" in text_of(
        books.get(reverse("document", args=[incident.document_id])).content.decode()
    )


def test_one_allocation_is_detached_by_the_accountant_with_a_reason(books, buyer):
    invoices = [invoice(buyer, today(), "100") for _ in range(4)]
    pay(buyer, today(), "400", dict.fromkeys(invoices, "100"))
    second = Allocation.objects.get(debit=main_item(invoices[1]))

    confirmed(books, "allocation_detach", second.pk)

    assert [left(one) for one in invoices] == [0, 100, 0, 0]
    assert told(buyer, today(), credit="100", balance="0")


def test_a_detached_allocation_is_set_elsewhere_at_once(books, buyer):
    f, g, h = (invoice(buyer, today(), amount) for amount in ("100", "60", "50"))
    payment = pay(buyer, today(), "100", {f: "100"})
    wrong = Allocation.objects.get()
    page = text_of(books.get(reverse("allocation_detach", args=[wrong.pk])).content.decode())
    asked = {"key": str(uuid4()), "reason": "mauvaise facture"}
    rows = {f"item-{main_item(g).pk}": "60,00", f"item-{main_item(f).pk}": "25,00"}

    answers = [books.post(reverse("allocation_detach", args=[wrong.pk]), asked | rows) for _ in range(2)]

    assert f"Détacher {payment} de {f}" in page
    assert [answer.status_code for answer in answers] == [302, 302]
    assert (left(f), left(g), left(h)) == (75, 0, 50)
    assert told(buyer, today(), credit="15", unpaid="125", balance="-110", collected="100")
    made = Allocation.objects.filter(detached_by=None)
    assert {(one.operation.reason, one.operation_id) for one in made} == {
        ("mauvaise facture", Allocation.objects.get(pk=wrong.pk).detached_by_id)
    }


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"g": "60,01"}, "reste dû 60,00"),
        ({"f": "50,00", "g": "50,01"}, "reste disponible 50,00"),
        ({"other": "1,00"}, "pas de ce client"),
        ({"g": "-1,00"}, "doit être positif"),
    ],
)
def test_what_cannot_be_set_elsewhere_leaves_it_set(books, buyer, rows, said):
    filed = {
        "f": invoice(buyer, today(), "100"),
        "g": invoice(buyer, today(), "60"),
        "other": invoice(a_client("C-2"), today(), "10"),
    }
    pay(buyer, today(), "100", {filed["f"]: "100"})
    asked = {"key": str(uuid4()), "reason": "erreur"}

    answer = books.post(
        reverse("allocation_detach", args=[Allocation.objects.get().pk]),
        asked | {f"item-{main_item(filed[name]).pk}": amount for name, amount in rows.items()},
    )

    assert answer.status_code == 422
    assert said in text_of(answer.content.decode())
    assert Allocation.objects.get().detached_by is None
    assert told(buyer, today(), credit="0", unpaid="60")


def test_an_edit_leads_to_what_it_made_when_it_is_sent_again(desk, buyer):
    f = invoice(buyer, today(), "50")
    payment = pay(buyer, today(), "40", {f: "40"})
    data = sent(("card", "50,00"), rows={f: "50,00"}) | {"m-TOTAL_FORMS": "1", "m-INITIAL_FORMS": "1"}

    first, again = (desk.post(reverse("payment_edit", args=[payment.pk]), data) for _ in range(2))

    assert (first.status_code, again.status_code) == (302, 302)
    assert again.headers["Location"] == first.headers["Location"]


def test_a_refund_is_cancelled_before_the_closing_and_not_after(books, buyer):
    a = credit_note(buyer, today(), "80")
    refund, kept = (pay(buyer, today(), f"-{amount}", {a: f"-{amount}"}) for amount in (30, 50))

    cancelled = confirmed(books, "refund_cancel", refund.pk)
    shut(PeriodLock.Scope.TILL, today())
    late = confirmed(books, "refund_cancel", kept.pk)

    assert (cancelled.status_code, late.status_code) == (302, 422)
    assert told(buyer, today(), credit="30", balance="30", collected="-50")


def test_a_cancelled_incident_leaves_the_payment_as_it_was(books, buyer):
    day = today() - timedelta(days=1)
    f = invoice(buyer, day, "80")
    incident = bounce(pay(buyer, day, "80", {f: "80"}, by="cheque"), today(), fee="15")

    answer = confirmed(books, "incident_cancel", incident.pk)

    assert answer.status_code == 302
    assert told(buyer, today(), unpaid="0", credit="0", collected="80")
    assert "Annulé" in text_of(books.get(reverse("document", args=[incident.document_id])).content.decode())
