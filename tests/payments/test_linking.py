"""A bank transaction is linked: to a client, to what is recorded already, to what bounced; and freed."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.urls import reverse

from clients.terms import Terms
from invoicing.services import Plan
from ledger.models import BankAccount, Document, Operation, PeriodLock
from ledger.queries import items_of
from ledger.services import PeriodClosed, UsedElsewhere, shut
from office.models import DatedSetting, Role
from payments.models import BankLabel, BankLink, BankTransaction, Incident, Payment, PaymentType, Refund
from payments.queries.matching import bounced, candidates, recorded
from payments.services import (
    AboveLimit,
    AlreadyLinked,
    DoesNotTie,
    NoDifference,
    NotAtBank,
    NotLinked,
    NotPointable,
    add_transaction,
    cancel_deposit,
    deposit_payments,
    link_client,
    link_documents,
    link_incident,
    unlink,
)
from tests.builders import a_client, cancel, credit_note, euros, invoice, left, pay, told, wanted
from tests.factories import SiteFactory, op
from tests.helpers import execute, insert, refused, run_together, settle
from tests.pages import at_work, text_of

DAY = date(2026, 3, 2)
LATER = DAY + timedelta(days=10)
IBAN = "FR7630006000011234567890189"


@pytest.fixture(autouse=True)
def _database(request):
    """Each test that doesn't ask for a database of its own has one that forgets."""
    if "own_database" not in request.fixturenames:
        request.getfixturevalue("db")


def a_bank():
    return BankAccount.objects.get_or_create(iban=IBAN, defaults={"label": "Courant", "account_id": "512"})[0]


def a_line(amount, label="VIR SEPA", day=DAY, **said):
    """A bank transaction."""
    values = {"value_day": day, "reference": "", "label": label} | said
    act = op(max(day, DAY), Operation.Kind.BANK_LINE)
    return add_transaction(bank=a_bank(), day=day, amount=Decimal(amount), op=act, **values)


def link(line, client, settles=None, *, today=DAY, by="transfer", **options):
    return link_client(
        line=line,
        client=client,
        type=PaymentType.objects.get(pk=by),
        settles=wanted(settles or {}),
        op=op(today, Operation.Kind.BANK_LINK),
        **options,
    )


def point(line, *filed, today=DAY):
    documents = [one.document_id for one in filed]
    return link_documents(line=line, documents=documents, op=op(today, Operation.Kind.BANK_LINK))


def free(line, today=DAY):
    return unlink(line=line, op=op(today, Operation.Kind.BANK_UNLINK))


def live(line):
    return list(BankLink.objects.filter(transaction=line, undone_by=None).order_by("pk"))


def limit(amount):
    DatedSetting.objects.create(name="payment.difference_limit", valid_from="2020-01-01", value=amount)


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


def test_pointing_makes_no_second_payment():
    client = a_client()
    f = invoice(client, DAY, "50")
    payment = pay(client, DAY, "50", {f: "50"}, by="transfer")

    line = point(a_line("50"), payment)

    assert (Payment.objects.count(), live(line)[0].makes) == (1, False)
    assert told(client, DAY, collected="50", unpaid="0")


def test_a_card_total_is_pointed_as_its_payments():
    one, other = a_client("C-1"), a_client("C-2")
    payments = [pay(one, DAY, "30"), pay(other, DAY, "51"), pay(other, DAY, "9")]
    line = a_line("90", "REM CB", day=DAY + timedelta(days=1))

    offered = recorded(line)
    with pytest.raises(DoesNotTie):
        point(line, *payments[:2], today=LATER)
    point(line, *payments, today=LATER)

    assert [document.pk for document in offered[0].documents] == [payment.document_id for payment in payments]
    assert sum(link.amount for link in live(line)) == 90
    assert {label.client for label in line.labels.all()} == {one, other}


def test_a_deposit_slip_is_proposed_and_pointed_and_then_not_undone():
    one, other = a_client("C-1", name="Delmas"), a_client("C-2", name="Martin")
    cheques = [pay(one, DAY, "30", by="cheque"), pay(other, DAY, "51", by="cheque")]
    slip = deposit_payments(payments=cheques, bank=a_bank(), on=DAY, op=op(DAY, Operation.Kind.DEPOSIT))
    line = a_line("81", "REMISE CHEQUES", day=DAY + timedelta(days=1))

    assert [found.documents[0].pk for found in recorded(line)] == [slip.document_id]
    point(line, slip, today=LATER)

    assert {label.client for label in line.labels.all()} == {one, other}
    with pytest.raises(UsedElsewhere, match="déliez-la d’abord"):
        cancel_deposit(deposit=slip, op=op(LATER, Operation.Kind.CANCEL_DEPOSIT))
    free(line, LATER)
    cancel_deposit(deposit=slip, op=op(LATER, Operation.Kind.CANCEL_DEPOSIT))
    with pytest.raises(NotPointable):
        point(line, slip, today=LATER)


@pytest.mark.parametrize("fault", ["cancelled", "linked", "invoice", "missing"])
def test_what_is_no_free_payment_is_not_pointed(fault):
    client = a_client()
    payment = pay(client, DAY, "50", by="transfer")
    key = payment.document_id
    match fault:
        case "cancelled":
            cancel(payment, DAY)
        case "linked":
            point(a_line("50"), payment)
        case "invoice":
            key = invoice(client, DAY, "50").document_id
        case "missing":
            key = 999_999
    line = a_line("50", "AUTRE")

    with pytest.raises(NotPointable):
        link_documents(line=line, documents=[key], op=op(DAY, Operation.Kind.BANK_LINK))

    assert live(line) == []


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


def test_unlinking_what_was_pointed_keeps_the_payment():
    payment = pay(a_client(), DAY, "50", by="transfer")
    line = point(a_line("50"), payment)

    free(line)

    payment.refresh_from_db()
    assert (payment.cancelled_by, live(line)) == (None, [])


def test_a_linked_payment_is_not_cancelled_by_itself():
    client = a_client()
    line = link(a_line("50"), client)
    payment = Payment.objects.get()

    with pytest.raises(UsedElsewhere, match="déliez-la d’abord"):
        cancel(payment, DAY)
    act = op(DAY)
    act.save()
    with refused("payments_link_holds"):
        execute("UPDATE payments_payment SET cancelled_by_id = %s WHERE id = %s", act.pk, payment.pk)
    free(line)

    payment.refresh_from_db()
    assert payment.cancelled_by is not None


def test_a_rejected_debit_is_an_incident_that_bears_the_banks_day():
    client = a_client()
    f = invoice(client, DAY, "80")
    payment = pay(client, DAY, "80", {f: "80"}, by="direct_debit")
    line = a_line("-80", f"REJET PRLV {payment}", day=DAY + timedelta(days=3))

    assert bounced(line) == [payment]
    link_incident(
        line=line,
        payment=payment,
        reason=Incident.Reason.REJECTED_DEBIT,
        fee=euros("15"),
        op=op(LATER, Operation.Kind.BANK_LINK),
    )

    incident = Incident.objects.get()
    assert (incident.document.day, live(line)[0].document_id) == (DAY + timedelta(days=3), incident.document_id)
    assert told(client, LATER, balance="-95", unpaid="95", credit="0", collected="0")

    free(line, LATER)

    incident.refresh_from_db()
    assert incident.cancelled_by is not None
    assert told(client, LATER, balance="0", unpaid="0", collected="80")


def test_an_incident_of_another_amount_is_refused():
    payment = pay(a_client(), DAY, "80", by="direct_debit")

    with pytest.raises(DoesNotTie):
        link_incident(
            line=a_line("-79", day=LATER),
            payment=payment,
            reason=Incident.Reason.REJECTED_DEBIT,
            op=op(LATER, Operation.Kind.BANK_LINK),
        )


# Proposals


def proposed(line, today=DAY):
    return [(one.client.code, one.reasons) for one in candidates(line, today=today)]


@pytest.mark.parametrize("written", ["{}", "{} ", "FACT{}", "{0} ET MERCI"])
def test_a_reference_in_the_text_is_proposed_first(written):
    client, namesake = a_client("C-1", name="Delmas"), a_client("C-2", name="Martin")
    f = invoice(client, DAY, "100")
    invoice(namesake, DAY, "100")
    cut = f.document.reference.replace("-", " ")

    found = proposed(a_line("100", f"VIR MARTIN {written.format(cut) if 'FACT' not in written else cut}"))

    assert [code for code, _ in found] == ["C-1", "C-2"]
    assert found[0][1] == [f.document.reference, "montant exact"]


@pytest.mark.parametrize("cut", ["FAC-2026-00001", "FAC202600001", "FAC 2026 1", "FAC N° 2026/00001", "FAC 1"])
def test_our_numbers_are_found_however_a_bank_cuts_them(cut):
    invoice(a_client("C-1"), DAY, "100")

    assert [code for code, _ in proposed(a_line("70", f"VIR {cut} MERCI"))] == ["C-1"]


def test_a_name_is_enough_to_propose_and_the_amount_ranks():
    a_client("C-1", name="Lefèvre", given_name="Éléonore")
    exact = a_client("C-2", name="Lefèvre", given_name="Paul")
    invoice(exact, DAY, "33")

    found = proposed(a_line("33", "VIR INST MME ELEONORE LEFEVRE PAUL"))

    assert [code for code, _ in found] == ["C-2", "C-1"]


def test_nothing_is_proposed_by_amount_alone():
    invoice(a_client("C-1", name="Delmas"), DAY, "123.45")

    assert proposed(a_line("123.45", "VIR SEPA RECU 00042 MONSIEUR")) == []


def test_who_paid_from_the_same_account_before_is_proposed():
    client = a_client("C-1", name="Delmas")
    link(with_iban(a_line("50", "VIR A")), client)

    assert proposed(with_iban(a_line("70", "VIR B")))[0][0] == "C-1"


def with_iban(line):
    """The same line as a file would have told it: with the payer's account."""
    key = execute(
        """INSERT INTO payments_banktransaction (bank_id, day, value_day, amount, currency, label, detail, party,
                                                 party_iban, reference, identity, rank, operation_id)
           SELECT bank_id, day, value_day, amount, currency, label, detail, party,
                  'FR1420041010050500013M02606', reference, identity, rank + 1, operation_id
           FROM payments_banktransaction WHERE id = %s RETURNING id""",
        line.pk,
    )[0][0]
    return BankTransaction.objects.get(pk=key)


def test_the_items_that_come_to_the_amount_are_chosen_before_the_oldest():
    client = a_client("C-1", name="Delmas")
    for amount in ("10", "20", "40"):
        invoice(client, DAY, amount)

    best = candidates(a_line("60", "VIR DELMAS"), today=DAY)[0]

    assert sorted(best.settles.values()) == [20, 40]


def test_the_instalment_of_just_the_amount_is_chosen_of_the_invoice_that_is_named():
    client = a_client("C-1")
    plan = Plan(Terms.FREE, free=[(DAY, Decimal(40)), (LATER, Decimal(30))])
    f = invoice(client, DAY, "70", plan=plan)

    best = candidates(a_line("30", f"VIR {f.document.reference}"), today=DAY)[0]

    assert [(item.due, best.settles[item.pk]) for item in best.settled] == [(LATER, 30)]


def test_recorded_payments_come_with_what_speaks_for_them():
    client, other = a_client("C-1", name="Delmas"), a_client("C-2", name="Martin")
    pay(other, DAY, "50", by="transfer")
    named = pay(client, DAY, "50", by="transfer")
    pay(client, DAY, "50", by="cash")

    found = recorded(a_line("50", "VIR DELMAS"))

    assert next(one.documents[0].pk for one in found) == named.document_id
    assert [one.reasons for one in found] == [
        ("même montant", "nom du client"),
        ("même montant", "rien d’autre ne le confirme"),
    ]


# Rules of the database


def test_what_the_bank_says_never_changes():
    line = a_line("50")

    with refused("payments_bank_line_unchanged"):
        execute("UPDATE payments_banktransaction SET amount = 60 WHERE id = %s", line.pk)


def test_no_line_is_swept_away():
    with refused("payments_bank_line"):
        execute("TRUNCATE payments_banktransaction CASCADE")


def raw_link(line, document, amount, act):
    return insert(
        "payments_banklink",
        transaction_id=line.pk,
        document_id=document,
        amount=amount,
        makes=False,
        operation_id=act.pk,
    )


def saved():
    act = op(DAY, Operation.Kind.BANK_LINK)
    act.save()
    return act


def test_a_link_of_another_amount_is_refused():
    client = a_client()
    payment = pay(client, DAY, "50", by="transfer")

    with refused("payments_link_ties"):
        raw_link(a_line("50"), payment.document_id, "49.99", saved())
        settle()
    with refused("payments_link_ties"):
        raw_link(a_line("60"), payment.document_id, "50", saved())
        settle()
    with refused("payments_link_ties"):
        raw_link(a_line("50", "C"), invoice(client, DAY, "50").document_id, "50", saved())
        settle()


def test_a_transaction_linked_twice_is_refused():
    client = a_client()
    line = point(a_line("50"), pay(client, DAY, "50", by="transfer"))

    with refused("payments_link_once"):
        raw_link(line, pay(client, DAY, "50", by="transfer").document_id, "50", saved())
        settle()


def test_a_document_of_two_transactions_is_refused():
    payment = pay(a_client(), DAY, "50", by="transfer")
    point(a_line("50"), payment)

    with refused("payments_link_document_once"):
        raw_link(a_line("50", "B"), payment.document_id, "50", saved())


def test_a_link_is_undone_once_and_never_removed():
    line = point(a_line("50"), pay(a_client(), DAY, "50", by="transfer"))
    key = live(line)[0].pk
    free(line)

    with refused("payments_link_unchanged"):
        execute("UPDATE payments_banklink SET undone_by_id = NULL WHERE id = %s", key)
    with refused("payments_link_kept"):
        execute("DELETE FROM payments_banklink WHERE id = %s", key)


# At once


def test_of_two_who_link_a_line_at_once_one_wins(own_database):
    one, other = a_client("C-1"), a_client("C-2")
    f, g = invoice(one, DAY, "50"), invoice(other, DAY, "50")
    line = a_line("50")

    outcomes = run_together(lambda: link(line, one, {f: "50"}), lambda: link(line, other, {g: "50"}))

    assert Counter(map(type, outcomes)) == {BankTransaction: 1, AlreadyLinked: 1}
    assert (Payment.objects.count(), sorted([left(f), left(g)])) == (1, [0, 50])
    call_command("verify_ledger")


def test_of_two_who_point_one_payment_at_once_one_wins(own_database):
    payment = pay(a_client("C-1"), DAY, "50", by="transfer")
    line, twin = a_line("50"), a_line("50")

    outcomes = run_together(lambda: point(line, payment), lambda: point(twin, payment))

    assert Counter(map(type, outcomes)) == {BankTransaction: 1, NotPointable: 1}


def test_pointing_and_cancelling_at_once_never_leave_a_cancelled_payment_linked(own_database):
    for number in range(3):
        payment = pay(a_client(f"C-{number}"), DAY, "50", by="transfer")
        line = a_line("50", f"VIR {number}")

        run_together(lambda: point(line, payment), lambda: cancel(payment, DAY))  # noqa: B023 - run within the turn

        payment.refresh_from_db()
        assert (payment.cancelled_by is None) == bool(live(line))


# Pages


@pytest.fixture
def books(client):
    return at_work(client, role=Role.ACCOUNTANT)


def test_the_page_links_with_what_it_proposes(books):
    client = a_client("C-1", name="Delmas")
    f = invoice(client, DAY, "100")
    line = a_line("100", f"VIR DELMAS {f.document.reference}")

    page = text_of(books.get(reverse("bank_line", args=[line.pk])).content.decode())
    address = f"{reverse('bank_link', args=[line.pk])}?client=C-1"
    form = books.get(address).context["form"]
    item = items_of(f.document)[0].pk
    filled = {row.item.pk: row["amount"].value() for row in form.rows}
    answer = books.post(address, {"key": str(uuid4()), "type": "transfer", "site": "", f"item-{item}": filled[item]})

    assert f"{f.document.reference}, nom, montant exact" in page
    assert filled == {item: "100,00"}
    assert answer.status_code == 302
    assert left(f) == 0
    assert "Délier annule le règlement" in text_of(books.get(reverse("bank_line", args=[line.pk])).content.decode())


@pytest.mark.parametrize(
    ("typed", "said"),
    [("100,01", "reste dû 100,00"), ("60,00", "Il manque"), ("-1,00", "Ce montant doit être positif.")],
)
def test_a_faulty_form_comes_back_filled_in_and_nothing_is_saved(books, typed, said):
    client = a_client("C-1", name="Delmas")
    f = invoice(client, DAY, "100")
    line = a_line("50", "VIR DELMAS")
    item = items_of(f.document)[0].pk

    answer = books.post(
        f"{reverse('bank_link', args=[line.pk])}?client=C-1",
        {"key": str(uuid4()), "type": "transfer", "site": "", f"item-{item}": typed},
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert f'value="{typed}"' in page
    assert not Payment.objects.exists()


def test_one_form_sent_twice_links_once(books):
    client = a_client("C-1", name="Delmas")
    line = a_line("50", "VIR DELMAS")
    sent = {"key": str(uuid4()), "type": "transfer", "site": ""}
    address = f"{reverse('bank_link', args=[line.pk])}?client={client.code}"

    answers = [books.post(address, sent).status_code for _ in range(2)]

    assert (answers, Payment.objects.count()) == ([302, 302], 1)


def test_pointing_unlinking_and_bouncing_on_their_pages(books):
    client = a_client("C-1", name="Delmas")
    payment = pay(client, DAY, "80", by="direct_debit")
    line, back = a_line("80", "PRLV"), a_line("-80", "REJET PRLV DELMAS", day=DAY + timedelta(days=3))

    books.post(reverse("bank_point", args=[line.pk]), {"key": str(uuid4()), "documents": [payment.document_id]})
    assert len(live(line)) == 1
    books.post(reverse("bank_unlink", args=[line.pk]), {"key": str(uuid4())})
    assert live(line) == []
    address = f"{reverse('bank_bounced', args=[back.pk])}?payment={payment.pk}"
    wrong = books.post(address, {"key": str(uuid4()), "reason": "rejected_debit", "fee": "-1"})
    right = books.post(address, {"key": str(uuid4()), "reason": "rejected_debit", "fee": "15,00"})

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert Incident.objects.get().fee.amount == 15


def test_forged_keys_are_refused(books):
    line = a_line("50")

    answers = [
        books.post(reverse("bank_point", args=[line.pk]), {"key": str(uuid4()), "documents": ["9" * 30]}),
        books.post(reverse("bank_point", args=[line.pk]), {"key": str(uuid4()), "documents": ["999"]}),
        books.post(reverse("bank_point", args=[line.pk]), {"documents": ["x"]}),
    ]

    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert live(line) == []
    assert books.get(f"{reverse('bank_bounced', args=[line.pk])}?payment=x").status_code == 404
    assert books.get(f"{reverse('bank_link', args=[line.pk])}?client=nobody").status_code == 404


def test_a_search_finds_another_client(books):
    a_client("C-1", name="Delmas")
    line = a_line("50")

    page = books.get(reverse("bank_line", args=[line.pk]), {"q": "delm"}).content.decode()

    assert f"{reverse('bank_link', args=[line.pk])}?client=C-1" in page


def test_labels_of_namesakes_are_told_apart():
    for code in ("C-1", "C-2"):
        link(a_line("50", code), a_client(code, name="Delmas"), site=SiteFactory())

    assert [label.name for label in BankLabel.objects.order_by("pk")] == ["Delmas", "Delmas (C-2)"]


def test_a_line_in_a_locked_month_without_open_day_is_refused():
    client = a_client()
    shut(PeriodLock.Scope.BOOKS, DAY)

    with pytest.raises(PeriodClosed):
        link(a_line("50"), client, today=DAY)
