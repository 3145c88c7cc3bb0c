"""What is proposed for a bank transaction."""

from decimal import Decimal

import pytest

from clients.terms import Terms
from invoicing.services import Plan
from payments.models import BankTransaction
from payments.queries.matching import candidates, recorded
from tests.builders import a_client, invoice, pay
from tests.helpers import execute
from tests.payments.bank_lines import DAY, LATER, a_line, link

pytestmark = pytest.mark.django_db


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
