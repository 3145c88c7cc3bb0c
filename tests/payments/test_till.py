"""Deposits at the bank, and the closing of tills: what is counted, locked, chained and printed."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from ledger.models import BankAccount, Entry, Operation
from ledger.services import AlreadyReversed, PeriodClosed, UsedElsewhere
from ledger.services import lock_books as lock_through
from office.clock import today
from office.models import Role
from payments.models import CashClosing, CashMove, Deposit, Payment
from payments.queries import in_hand
from payments.services import (
    ClosedAlready,
    MixedDeposit,
    NothingMoved,
    NotInHand,
    NotOver,
    ReasonNeeded,
    cancel_deposit,
    cancel_payment,
    check_closings,
    deposit_payments,
    expected,
    move_cash,
    record_payment,
)
from tests.builders import a_client, bounce, euros, invoice, left, pay, told
from tests.factories import SiteFactory, UserFactory, op
from tests.pages import at_work, cells, column, text_of
from tests.papers import faults, pages
from tests.payments.desk_forms import sent
from tests.payments.tills import DAY, NEXT, close

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank():
    return BankAccount.objects.create(
        label="Courant", iban="FR7630006000011234567890189", account_id="512", is_default=True
    )


def deposit(bank, *payments, on=DAY):
    return deposit_payments(payments=list(payments), bank=bank, on=on, op=op(on, Operation.Kind.DEPOSIT))


def balance_of_account(code):
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(sum(debit - credit), 0) FROM ledger_line WHERE account_id = %s", [code])
        return cursor.fetchone()[0]


# Cheques


def test_a_deposit_moves_cheques_from_the_hand_to_the_bank(bank):
    buyer = a_client()
    cheques = [pay(buyer, DAY, amount, by="cheque") for amount in ("80", "20")]

    made = deposit(bank, *cheques)

    assert made.amount == 100
    assert (balance_of_account("5112"), balance_of_account("512")) == (0, 100)
    assert list(in_hand()) == []


def test_a_cheque_that_bounces_after_its_deposit_leaves_nothing_anywhere(bank):
    buyer = a_client()
    f = invoice(buyer, DAY, "80")
    cheque = pay(buyer, DAY, "80", {f: "80"}, by="cheque")
    deposit(bank, cheque)

    bounce(cheque, DAY)  # the same day: it is at the bank already

    assert (balance_of_account("5112"), balance_of_account("512"), left(f)) == (0, 0, 80)
    assert told(buyer, DAY, balance="-80", credit="0", collected="0")


def test_a_cheque_on_a_slip_stays_until_the_slip_is_undone(bank):
    cheque = pay(a_client(), DAY, "80", by="cheque")
    slip = deposit(bank, cheque)

    with pytest.raises(UsedElsewhere, match=str(slip)):
        cancel_payment(payment=cheque, op=op(DAY))
    with pytest.raises(IntegrityError, match="payments_3_deposited_stays"), transaction.atomic():
        Payment.objects.filter(pk=cheque.pk).update(cancelled_by=Entry.objects.first().operation)
    cancel_deposit(deposit=slip, op=op(DAY))
    cancel_payment(payment=cheque, op=op(DAY))

    assert (balance_of_account("5112"), balance_of_account("512")) == (0, 0)


def test_a_slip_is_not_undone_once_something_of_it_bounced_nor_twice(bank):
    one, other = (pay(a_client(f"C-{n}"), DAY, "80", by="cheque") for n in range(2))
    bounced, undone = deposit(bank, one), deposit(bank, other)
    bounce(one, DAY)
    cancel_deposit(deposit=undone, op=op(DAY))

    with pytest.raises(UsedElsewhere):
        cancel_deposit(deposit=bounced, op=op(DAY))
    with pytest.raises(AlreadyReversed):
        cancel_deposit(deposit=undone, op=op(DAY))


def test_what_is_not_in_hand_or_of_another_kind_is_refused(bank):
    buyer = a_client()
    cheque, card, bill = (pay(buyer, DAY, "10", by=by) for by in ("cheque", "card", "bill"))

    for payments, refusal in (([cheque, card], NotInHand), ([cheque, bill], MixedDeposit)):
        with pytest.raises(refusal):
            deposit(bank, *payments)
    deposit(bank, cheque)
    with pytest.raises(NotInHand):
        deposit(bank, cheque)


def test_a_bill_goes_from_the_hand_to_the_bank_and_comes_back_unpaid(bank):
    buyer = a_client()
    f = invoice(buyer, DAY, "80")
    bill = pay(buyer, DAY, "80", {f: "80"}, by="bill")
    assert (balance_of_account("5113"), list(in_hand())) == (80, [bill])

    deposit(bank, bill, on=NEXT)
    assert (balance_of_account("5113"), balance_of_account("512"), list(in_hand())) == (0, 80, [])

    bounce(bill, NEXT)
    assert (balance_of_account("5113"), balance_of_account("512"), left(f)) == (0, 0, 80)
    assert told(buyer, NEXT, balance="-80", credit="0", collected="0")


def test_a_payment_is_on_one_slip_whoever_writes(bank):
    cheque = pay(a_client(), DAY, "10", by="cheque")
    slip = deposit(bank, cheque)

    with pytest.raises(IntegrityError, match="payments_3_deposited_once"), transaction.atomic():
        slip.lines.create(payment=cheque)


# Closing


def test_a_closing_tells_what_came_in_and_locks_its_days():
    buyer = a_client()
    pay(buyer, DAY, "50", by="cash")
    pay(buyer, DAY, "30", by="card")

    z = close(DAY, "150", opening=Decimal(100))

    assert (z.number, z.opening, z.cash_in, z.expected, z.counted, z.total) == (1, 100, 50, 150, 150, 80)
    assert [(one["type"], one["amount"]) for one in z.methods] == [("cash", "50.00"), ("card", "30.00")]
    with pytest.raises(PeriodClosed):
        pay(buyer, DAY, "1", today=NEXT)


def test_what_is_taken_after_midnight_here_is_the_next_days(client, monkeypatch):
    buyer = a_client()
    desk = at_work(client)
    night = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # the 2nd, half past midnight in Paris
    monkeypatch.setattr(timezone, "now", lambda: night)
    at = f"{reverse('payment_create')}?client={buyer.code}"
    offered = desk.get(at).context["form"]["on"].value()

    desk.post(at, sent(("cash", "30,00"), on=offered.isoformat()))

    first, second = close(date(2026, 7, 1), "100", opening=Decimal(100)), close(date(2026, 7, 2), "130")
    assert (first.count, second.count, second.total) == (0, 1, 30)
    assert Payment.objects.get().document.day == date(2026, 7, 2)


def test_a_difference_wants_a_reason_and_is_posted():
    pay(a_client(), DAY, "50", by="cash")

    with pytest.raises(ReasonNeeded):
        close(DAY, "49")
    z = close(DAY, "49", reason="rendu de trop")

    assert (z.difference, balance_of_account("530"), balance_of_account("658")) == (-1, 49, 1)


def test_the_next_closing_begins_with_what_was_counted_and_the_chain_goes_on():
    buyer = a_client()
    pay(buyer, DAY, "50", by="cash")
    first = close(DAY, "50")
    pay(buyer, NEXT, "20", by="cash")

    second = close(NEXT, "70")

    assert (second.since, second.opening, second.expected) == (NEXT, 50, 70)
    assert (second.previous, second.perpetual) == (first.sha256, 70)
    assert check_closings() == []


def test_what_another_till_takes_is_in_its_own_closing():
    site = SiteFactory()
    pay(a_client(), DAY, "50", by="cash", site=site)
    pay(a_client("C-2"), DAY, "20", by="cash")

    here, there = close(DAY, "50", site=site), close(DAY, "20")

    assert (here.total, there.total) == (50, 20)


def test_cash_goes_to_the_bank_and_to_the_safe(bank):
    pay(a_client(), DAY, "500", by="cash")
    for kind, amount, where in ((CashMove.Kind.TO_BANK, 300, bank), (CashMove.Kind.OUT, 50, None)):
        move_cash(kind=kind, amount=Decimal(amount), on=DAY, bank=where, reason="coffre", op=op(DAY))

    z = close(DAY, "150")

    assert (z.moved, z.expected, balance_of_account("512"), balance_of_account("580")) == (-350, 150, 300, 50)
    with pytest.raises(NothingMoved):
        move_cash(kind=CashMove.Kind.IN, amount=Decimal(0), on=NEXT, op=op(NEXT))
    with pytest.raises(PeriodClosed):
        move_cash(kind=CashMove.Kind.IN, amount=Decimal(5), on=DAY, op=op(NEXT))


def test_a_till_is_closed_once_a_day_forward_and_never_ahead():
    close(DAY, "0", today=NEXT)

    with pytest.raises(ClosedAlready):
        close(DAY, "0", today=NEXT)
    with pytest.raises(NotOver):
        close(NEXT + timedelta(days=1), "0", today=NEXT)


def test_a_bounce_counts_on_its_own_day():
    buyer = a_client()
    f = invoice(buyer, DAY, "80")
    cheque = pay(buyer, DAY, "80", {f: "80"}, by="cheque")
    close(DAY, "0")
    bounce(cheque, NEXT)

    assert close(NEXT, "0").total == -80


def test_a_payment_of_the_closed_day_bears_tomorrow_and_is_in_the_next_closing():
    buyer = a_client()
    close(DAY, "0")

    record_payment(
        client=buyer, amount=euros("10"), type=pay(buyer, NEXT, "5", by="cash", today=NEXT).type, on=NEXT, op=op(DAY)
    )

    assert expected(None, NEXT).cash == 15


def test_a_changed_closing_is_found_and_the_database_refuses_the_change():
    pay(a_client(), DAY, "50", by="cash")
    z = close(DAY, "50")

    with pytest.raises(IntegrityError, match="payments_5_closing_once"), transaction.atomic():
        CashClosing.objects.filter(pk=z.pk).update(counted=60)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE payments_cashclosing DISABLE TRIGGER USER")
        cursor.execute("UPDATE payments_cashclosing SET total = 60 WHERE id = %s", [z.pk])
        cursor.execute("ALTER TABLE payments_cashclosing ENABLE TRIGGER USER")

    assert [fault.split("\u00a0: ")[1] for fault in check_closings()] == [
        "son contenu a changé.",
        "son total n’est pas celui du grand livre.",
    ]


def test_another_key_proves_nothing(settings):
    close(DAY, "0")
    settings.CLOSING_KEY = "another"

    assert "sa preuve n’est pas de cette installation" in check_closings()[0]


def test_a_locked_day_takes_the_difference_on_the_day_it_is_found():
    pay(a_client(), DAY, "50", by="cash")
    lock_through(DAY, by=UserFactory(role=Role.ADMINISTRATOR))

    z = close(DAY, "40", today=NEXT, reason="vol")

    assert z.entry.day == NEXT


# On the pages


def test_a_desk_closes_its_own_till_by_counting_coins(client):
    site, other = SiteFactory(), SiteFactory()
    pay(a_client(), today(), "12.50", by="cash", site=site)
    desk = at_work(client, site=site)
    address = reverse("till_close", args=[site.pk])

    page = text_of(desk.get(address).content.decode())
    wrong = desk.post(address, {"key": str(uuid4()), "coin_1000": "1", "action": "close"})
    answer = desk.post(
        address, {"key": str(uuid4()), "coin_1000": "1", "coin_200": "1", "coin_50": "1", "action": "close"}
    )

    assert "12,50\u00a0€" in page
    assert (wrong.status_code, "écart de" in text_of(wrong.content.decode())) == (422, True)
    z = CashClosing.objects.get()
    assert answer.headers["Location"] == reverse("closing_detail", args=[z.pk])
    assert (z.counted, z.coins) == (Decimal("12.50"), {"1000": 1, "200": 1, "50": 1})
    assert desk.get(reverse("till_close", args=[other.pk])).status_code == 404


def test_the_accountant_sees_what_a_closing_posted(client, bank):
    pay(a_client(), today(), "112.50", by="cash")
    move_cash(kind=CashMove.Kind.TO_BANK, amount=Decimal(100), on=today(), bank=bank, op=op(today()))
    z = close(today(), "12", reason="rendu de trop")
    page = reverse("closing_detail", args=[z.pk])

    front, books = (
        at_work(client, role=role).get(page).content.decode() for role in (Role.FRONT_DESK, Role.ACCOUNTANT)
    )

    assert "Imputation comptable" not in front
    assert f"Journal CA Caisse, {today():%d/%m/%Y}" in text_of(books)
    assert cells(books, "Compte") == [
        "512 Banque",
        "530 Caisse",
        "658 Charges diverses de gestion courante",
        "530 Caisse",
    ]
    assert column(books, "Débit") == [100, Decimal("0.50")]
    assert column(books, "Crédit") == [100, Decimal("0.50")]


def test_a_cash_move_leads_to_its_till_then_to_its_closing(client, bank):
    site = SiteFactory()
    pay(a_client(), today(), "112.50", by="cash", site=site)
    move = move_cash(kind=CashMove.Kind.TO_BANK, amount=Decimal(100), on=today(), bank=bank, site=site, op=op(today()))
    books, page = at_work(client, role=Role.ACCOUNTANT), reverse("document", args=[move.document_id])
    before = books.get(page).headers["Location"]

    z = close(today(), "12", site=site, reason="rendu de trop")

    assert before == reverse("till_close", args=[site.pk])
    closed = reverse("closing_detail", args=[z.pk])
    assert books.get(page).headers["Location"] == closed
    assert books.get(reverse("document", args=[z.entry.document_id])).headers["Location"] == closed


def test_a_second_z_is_marked(client):
    pay(a_client(), today(), "12.50", by="cash")
    z = close(today(), "12.50")
    desk = at_work(client)

    first, second = (desk.get(reverse("closing_report", args=[z.pk])).content for _ in range(2))

    assert faults(first) == []
    assert "DUPLICATA" in pages(second)[0]
    for words in ("Clôture de caisse Z-00001", "12,50 €", "Total perpétuel", z.sha256):
        assert words in pages(first)[0]


def test_the_accountant_ticks_cheques_and_prints_the_slip(client, bank):
    buyer = a_client()
    now, later = pay(buyer, today(), "80", by="cheque"), pay(buyer, today(), "20", by="cheque")
    Payment.objects.filter(pk=later.pk).update(paid_on=today() + timedelta(days=30))
    books = at_work(client, role=Role.ACCOUNTANT)
    page = books.get(reverse("cheque_list")).content.decode()

    answer = books.post(
        reverse("cheque_list"),
        {"key": str(uuid4()), "payments": [now.pk], "bank": bank.pk, "on": today().isoformat()},
    )

    assert page.count("checked") == 1
    assert "Différé" in page
    slip = Deposit.objects.get()
    assert answer.headers["Location"] == reverse("deposit_detail", args=[slip.pk])
    printed = books.get(reverse("deposit_slip", args=[slip.pk])).content
    assert f"Bordereau de remise {slip}" in pages(printed)[0]
    assert faults(printed) == []


def test_more_cheques_than_can_be_ticked_at_once_are_told_and_counted(client, monkeypatch):
    monkeypatch.setattr("payments.views.deposits.TICKED", 1)
    buyer = a_client()
    for amount in ("80", "20"):
        pay(buyer, today(), amount, by="cheque")
    pay(buyer, today(), "5", by="cash")

    page = at_work(client, role=Role.ACCOUNTANT).get(reverse("cheque_list"))

    assert [payment.amount.amount for payment in page.context["shown"]] == [80]
    assert (page.context["count"], page.context["total"]) == (2, 100)
    assert "1 sur 2, les premiers à encaisser" in page.content.decode()
    assert [way.pk for way in page.context["types"]] == ["cheque"]


def test_a_deposit_has_no_page_among_clients_documents(client, bank):
    cheque = pay(a_client(), DAY, "80", by="cheque")
    slip = deposit(bank, cheque)
    desk = at_work(client, role=Role.ACCOUNTANT)

    answer = desk.get(reverse("document", args=[slip.document_id]))

    assert answer.headers["Location"] == reverse("deposit_detail", args=[slip.pk])
    found = desk.get(f"{reverse('client_search')}?q={slip}", headers={"HX-Request": "true"}).content.decode()
    assert "Aucun résultat" in found


def test_the_coins_of_a_closing_are_kept_as_they_were_counted():
    z = close(DAY, "0", coins={"100": 2})

    assert json.dumps(CashClosing.objects.get(pk=z.pk).coins) == '{"100": 2}'


def test_a_slip_and_a_closing_lead_to_themselves_when_they_are_sent_again(client, bank):
    cheque = pay(a_client(), today(), "80", by="cheque")
    books = at_work(client, role=Role.ACCOUNTANT)
    slip = {"key": str(uuid4()), "payments": [cheque.pk], "bank": bank.pk, "on": today().isoformat()}
    z = {"key": str(uuid4()), "cash": "0,00", "action": "close"}

    for path, data, made in (
        (reverse("cheque_list"), slip, Deposit),
        (reverse("till_close", args=["sans"]), z, CashClosing),
    ):
        first, again = (books.post(path, data) for _ in range(2))
        assert (first.status_code, again.headers["Location"]) == (302, first.headers["Location"])
        assert made.objects.count() == 1


def test_the_menu_tells_that_a_cheque_is_on_a_slip_and_lets_it_bounce(client, bank):
    cheque = pay(a_client(), today(), "80", by="cheque")
    books = at_work(client, role=Role.ACCOUNTANT)
    page = reverse("document", args=[cheque.document_id])
    before = text_of(books.get(page).content.decode())

    deposit(bank, cheque, on=today())

    after = text_of(books.get(page).content.decode())
    assert ("annulez-le plutôt" in before, "il est sur une remise" in before) == (True, False)
    assert ("annulez-le plutôt" in after, "il est sur une remise" in after) == (False, True)
