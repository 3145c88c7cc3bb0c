"""A bank transaction is linked to a client, and freed."""

from datetime import timedelta
from decimal import Decimal

import pytest

from ledger.models import Document, PeriodLock
from ledger.services import PeriodClosed, shut
from payments.models import BankLabel, Payment, Refund
from payments.queries.matching import candidates
from payments.services import (
    AboveLimit,
    AlreadyLinked,
    NoDifference,
    NotAtBank,
    NotLinked,
    NotPointable,
)
from tests.builders import a_client, credit_note, invoice, left, pay, told
from tests.factories import SiteFactory
from tests.payments.bank_lines import DAY, LATER, a_bank, a_line, free, limit, link, live, point

pytestmark = pytest.mark.django_db


def test_linking_makes_payment_allocation_and_label_in_one_step():
    client = a_client(name="Delmas")
    f = invoice(client, DAY, "100")
    line = a_line("120", reference="REF-7")

    link(line, client, {f: "100"})

    payment = Payment.objects.get()
    assert (payment.amount.amount, payment.bank, payment.bank_reference) == (120, a_bank(), "REF-7")
    assert (left(f), live(line)[0].document_id, live(line)[0].makes) == (0, payment.document_id, True)
    assert told(client, DAY, balance="20", credit="20", unpaid="0", collected="120")
    assert [(label.name, label.client) for label in line.labels.all()] == [("Delmas", client)]


def test_a_linked_payment_bears_the_banks_day_while_it_is_open():
    client = a_client()
    line = a_line("50", day=DAY)

    link(line, client, today=LATER)

    payment = Payment.objects.get()
    assert (payment.document.day, payment.paid_on) == (DAY, DAY)


def test_else_it_bears_the_first_open_day_and_the_banks_stays_as_date_de_paiement():
    client = a_client()
    shut(PeriodLock.Scope.TILL, DAY + timedelta(days=2))
    shut(PeriodLock.Scope.BOOKS, DAY)

    link(a_line("50", day=DAY), client, today=LATER)

    payment = Payment.objects.get()
    assert (payment.document.day, payment.paid_on) == (DAY + timedelta(days=3), DAY)


def test_once_today_is_closed_it_bears_tomorrow():
    client = a_client()
    shut(PeriodLock.Scope.TILL, DAY)

    link(a_line("50", day=DAY), client, today=DAY)

    assert Payment.objects.get().document.day == DAY + timedelta(days=1)


def test_money_out_is_a_refund():
    client = a_client()
    a = credit_note(client, DAY, "50")

    line = link(a_line("-50"), client, {a: "-50"})

    assert Refund.objects.get().amount.amount == 50
    assert live(line)[0].amount == Decimal("-50.00")
    assert told(client, DAY, balance="0", credit="0")


def test_a_small_difference_is_written_off_with_it():
    limit("0.10")
    client = a_client()
    f = invoice(client, DAY, "42.42")

    link(a_line("42.41"), client, {f: "42.41"}, with_difference=True)

    assert left(f) == 0
    assert told(client, DAY, balance="0", unpaid="0", collected="42.41")
    assert Document.objects.filter(kind=Document.Kind.WRITE_OFF).count() == 1


def test_a_small_overpayment_is_written_off_too():
    limit("0.10")
    client = a_client()
    f = invoice(client, DAY, "42.41")

    link(a_line("42.42"), client, {f: "42.41"}, with_difference=True)

    assert told(client, DAY, balance="0", credit="0", collected="42.42")


def test_tolerance_is_tested_on_what_is_left():
    limit("0.10")
    client = a_client()
    f, g = invoice(client, DAY, "45"), invoice(client, DAY, "500")
    line = a_line("500", f"FACTURES {f.document.reference} {g.document.reference}")

    best = candidates(line, today=DAY)[0]
    with pytest.raises(AboveLimit):
        link(line, client, {f: "45", g: "455"}, with_difference=True)
    link(line, client, {f: "45", g: "455"})

    assert [best.settles[item.pk] for item in best.settled] == [45, 455]
    assert (left(f), left(g)) == (0, 45)
    assert not Document.objects.filter(kind=Document.Kind.WRITE_OFF).exists()


def test_a_difference_that_is_none_is_refused():
    limit("0.10")
    client = a_client()
    f = invoice(client, DAY, "50")

    with pytest.raises(NoDifference):
        link(a_line("50"), client, {f: "50"}, with_difference=True)

    assert (left(f), Payment.objects.count()) == (50, 0)


def test_a_transaction_is_linked_once():
    client = a_client()
    line = link(a_line("50"), client)
    other = pay(client, DAY, "50", by="transfer")

    with pytest.raises(AlreadyLinked):
        link(line, client)
    with pytest.raises(AlreadyLinked):
        point(line, other)

    assert Payment.objects.count() == 2


def test_cash_and_cheques_in_hand_are_no_money_at_the_bank():
    client = a_client()

    with pytest.raises(NotAtBank):
        link(a_line("50"), client, by="cheque")
    with pytest.raises(NotPointable):
        point(a_line("50"), pay(client, DAY, "50", by="cash"))
    with pytest.raises(NotPointable):
        point(a_line("50"), pay(client, DAY, "50", by="cheque"))


def test_unlinking_before_the_closing_undoes_what_the_link_made():
    limit("0.10")
    client = a_client()
    f = invoice(client, DAY, "42.42")
    line = link(a_line("42.41"), client, {f: "42.41"}, with_difference=True)

    free(line)

    assert (left(f), live(line), list(line.labels.all())) == (Decimal("42.42"), [], [])
    assert told(client, DAY, balance="-42.42", unpaid="42.42", collected="0", credit="0")
    assert Payment.objects.get().cancelled_by is not None
    with pytest.raises(NotLinked):
        free(line)
    link(line, client, {f: "42.41"})
    assert left(f) == Decimal("0.01")


def test_unlinking_after_the_closing_only_frees_the_line():
    client = a_client()
    f = invoice(client, DAY, "50")
    line = link(a_line("50"), client, {f: "50"})
    shut(PeriodLock.Scope.TILL, DAY)

    free(line, LATER)

    payment = Payment.objects.get()
    assert (payment.cancelled_by, left(f), live(line)) == (None, 0, [])
    point(line, payment, today=LATER)
    assert len(live(line)) == 1


def test_a_line_in_a_locked_month_without_open_day_is_refused():
    client = a_client()
    shut(PeriodLock.Scope.BOOKS, DAY)

    with pytest.raises(PeriodClosed):
        link(a_line("50"), client, today=DAY)


def test_labels_of_namesakes_are_told_apart():
    for code in ("C-1", "C-2"):
        link(a_line("50", code), a_client(code, name="Delmas"), site=SiteFactory())

    assert [label.name for label in BankLabel.objects.order_by("pk")] == ["Delmas", "Delmas (C-2)"]
