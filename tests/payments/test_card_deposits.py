"""Card totals that the bank credits less its fee: the payments are pointed, and the fee is a charge."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from ledger import verify
from ledger.models import Operation
from ledger.services import PeriodClosed, lock_books
from office.models import Role
from payments.models import CardDeposit
from payments.queries.matching import recorded
from payments.services import DoesNotTie, FeeTooHigh, NotPointable, link_documents
from tests.builders import a_client, pay, told
from tests.factories import SiteFactory, UserFactory, op
from tests.helpers import execute, insert, refused, settle
from tests.pages import cells, column, text_of
from tests.payments.bank_lines import DAY, LATER, a_bank, a_line, free, live, point

pytestmark = pytest.mark.django_db

NEXT = DAY + timedelta(days=1)


@pytest.fixture
def payments():
    """90 by card on one day, of two clients."""
    one, other = a_client("C-1"), a_client("C-2")
    return [pay(one, DAY, "30"), pay(other, DAY, "51"), pay(other, DAY, "9")]


def credited(amount, label="REM CB 0203"):
    return a_line(amount, label, day=NEXT)


def point_net(line, payments, fee, *, today=LATER):
    return link_documents(
        line=line,
        documents=[one.document_id for one in payments],
        fee=Decimal(fee),
        op=op(today, Operation.Kind.BANK_LINK),
    )


def posted(deposit):
    return [
        (entry.journal_id, entry.day, list(entry.lines.order_by("pk").values_list("account", "debit", "credit")))
        for entry in deposit.document.entries.order_by("pk")
    ]


def test_a_total_less_a_fee_is_proposed_where_the_bank_speaks_of_cards(payments):
    (offered,) = recorded(credited("89.28"))

    assert [document.pk for document in offered.documents] == [payment.document_id for payment in payments]
    assert (offered.title, offered.fee) == ("3 règlements par carte du 02/03/2026", Decimal("0.72"))
    assert offered.reasons == ("90,00\u00a0€ moins 0,72\u00a0€ de commission",)
    assert recorded(credited("89.28", "VIR SEPA DUPONT")) == []
    assert recorded(credited("85.49")) == []  # more than 5 % of 90 is no fee
    assert [one.fee for one in recorded(credited("85.50"))] == [Decimal("4.50")]


def test_what_comes_to_the_very_amount_is_proposed_before_what_leaves_a_fee(payments):
    pay(a_client("C-3"), DAY, "89.28", site=SiteFactory())

    exact, net = recorded(credited("89.28"))

    assert (exact.fee, net.fee) == (0, Decimal("0.72"))


def test_a_transfer_is_never_a_total_less_a_fee():
    pay(a_client(), DAY, "90", by="transfer")

    assert recorded(credited("89.28")) == []


def test_a_total_less_what_was_given_back_by_card_that_day_is_proposed(payments):
    back = pay(payments[1].client, DAY, "-20", {payments[1]: "-20"})

    (offered,) = recorded(credited("70", "VIR TPE"))

    assert [document.pk for document in offered.documents] == [one.document_id for one in [*payments, back]]
    assert (offered.title, offered.fee) == ("3 règlements et 1 remboursement par carte du 02/03/2026", 0)
    assert offered.reasons == ("même total",)
    assert [one.fee for one in recorded(credited("90", "VIR TPE"))] == [0]  # the bank may debit what is given back


def test_a_total_less_what_was_given_back_and_a_fee_is_proposed_and_linked(payments):
    back = pay(payments[1].client, DAY, "-20", {payments[1]: "-20"})
    line = credited("69.44")

    (offered,) = recorded(line)
    point_net(line, [*payments, back], "0.56")

    assert (offered.fee, offered.reasons) == (Decimal("0.56"), ("70,00\u00a0€ moins 0,56\u00a0€ de commission",))
    deposit = CardDeposit.objects.get()
    assert (deposit.amount, deposit.fee) == (70, Decimal("0.56"))
    assert sorted(link.amount for link in live(line)) == [-20, Decimal("-0.56"), 9, 30, 51]
    settle()
    assert list(verify.faults()) == []


def test_what_is_given_back_otherwise_lowers_no_card_total(payments):
    pay(payments[1].client, DAY, "-20", {payments[1]: "-20"}, by="transfer")
    pay(payments[1].client, NEXT, "-10", {payments[1]: "-10"})

    assert recorded(credited("70", "VIR TPE")) == []
    assert recorded(credited("80", "VIR TPE")) == []


def test_the_fee_is_a_charge_and_the_payments_stay_what_they_are(payments):
    line = point_net(credited("89.28"), payments, "0.72")

    deposit = CardDeposit.objects.get()
    assert posted(deposit) == [("BQ", NEXT, [("627", Decimal("0.72"), 0), ("512", 0, Decimal("0.72"))])]
    assert (deposit.amount, sum(link.amount for link in live(line))) == (90, Decimal("89.28"))
    assert told(payments[0].client, LATER, collected="30", credit="30")
    settle()
    assert list(verify.faults()) == []


def test_unlinking_reverses_the_fee_and_frees_the_payments(payments):
    line = point_net(credited("89.28"), payments, "0.72")

    free(line, LATER)

    deposit = CardDeposit.objects.get()
    assert posted(deposit)[1] == ("BQ", NEXT, [("627", 0, Decimal("0.72")), ("512", Decimal("0.72"), 0)])
    assert (deposit.cancelled_by is not None, live(line)) == (True, [])
    assert told(payments[0].client, LATER, collected="30")
    point_net(line, payments, "0.72")
    assert CardDeposit.objects.filter(cancelled_by=None).count() == 1


def test_a_fee_of_a_locked_month_bears_the_first_open_day(payments):
    line = credited("89.28")
    lock_books(NEXT, by=UserFactory(role=Role.ADMINISTRATOR))

    point_net(line, payments, "0.72")

    assert CardDeposit.objects.get().document.day == NEXT + timedelta(days=1)


def test_a_fee_is_refused_while_no_day_is_open(payments):
    line = credited("89.28")
    lock_books(NEXT, by=UserFactory(role=Role.ADMINISTRATOR))

    with pytest.raises(PeriodClosed):
        point_net(line, payments, "0.72", today=NEXT)


@pytest.mark.parametrize(("amount", "fee", "error"), [("89.28", "0.71", DoesNotTie), ("85.49", "4.51", FeeTooHigh)])
def test_what_is_no_fee_is_refused(payments, amount, fee, error):
    with pytest.raises(error):
        point_net(credited(amount), payments, fee)

    assert not CardDeposit.objects.exists()


def test_a_fee_is_of_payments_alone(payments):
    line = point_net(credited("89.28"), payments, "0.72")
    kept = CardDeposit.objects.get()
    free(line, LATER)

    with pytest.raises(NotPointable):
        point(a_line("-0.72", "COMMISSIONS"), kept, today=LATER)


def test_the_database_ties_the_fee_to_the_transaction(payments):
    line = point_net(credited("89.28"), payments, "0.72")
    settle()
    deposit = CardDeposit.objects.get()

    with refused("payments_2_card_deposit_unchanged"):
        execute("UPDATE payments_carddeposit SET fee = 1 WHERE id = %s", deposit.pk)
    with refused("payments_2_card_deposit_kept"):
        execute("DELETE FROM payments_carddeposit WHERE id = %s", deposit.pk)
    with refused("payments_link_holds"):
        by = live(line)[0].operation_id
        execute("UPDATE payments_carddeposit SET cancelled_by_id = %s WHERE id = %s", by, deposit.pk)
    free(line, LATER)
    act = op(LATER, Operation.Kind.BANK_LINK)
    act.save()
    with refused("payments_link_ties"):
        insert(
            "payments_banklink",
            transaction_id=a_line("0.72", "CB", day=NEXT).pk,
            document_id=deposit.document_id,
            amount="0.72",
            makes=False,
            operation_id=act.pk,
        )
        settle()


def test_the_fee_is_seen_before_it_is_posted_and_on_the_transaction(books, payments):
    a_bank()
    line = credited("89.28")
    page, form = (reverse(name, args=[line.pk]) for name in ("bank_line", "bank_point"))
    data = {"key": str(uuid4()), "documents": [one.document_id for one in payments], "fee": "0.72"}

    proposed = books.get(page).content.decode()
    seen = books.post(form, data | {"action": "preview"})

    assert "90,00\u00a0€ moins 0,72\u00a0€ de commission" in text_of(proposed)
    assert 'name="fee" value="0.72"' in proposed
    assert seen.status_code == 200
    said = text_of(seen.content.decode())
    assert "627 Services bancaires et assimilés 0,72\u00a0€ 512 Banque 0,72\u00a0€" in said
    assert "Total des règlements 90,00\u00a0€ Commission retenue 0,72\u00a0€ Crédité par la banque 89,28\u00a0€" in said
    assert not CardDeposit.objects.exists()

    answers = [books.post(form, data) for _ in range(2)]

    assert [answer.headers["Location"] for answer in answers] == [page, page]
    deposit = CardDeposit.objects.get()
    linked = books.get(page).content.decode()
    assert sorted(column(linked, "Montant")) == [Decimal("-0.72"), 9, 30, 51]
    assert cells(linked, "Compte") == ["627 Services bancaires et assimilés", "512 Banque"]
    assert "extourne la commission" in linked
    assert f"Commission retenue {deposit}" in text_of(linked)
    assert "La commission de 0,72\u00a0€ est passée en charge." in text_of(linked)
    assert books.get(reverse("document", args=[deposit.document_id])).headers["Location"] == page
