"""What is left of a credit or of a debt: used, refunded, kept, written off."""

import re
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from ledger.models import Document, GeneralAccount
from office.clock import today
from payments.models import Payment, Refund
from tests.builders import credit_note, invoice, left, main_item, pay, told
from tests.pages import text_of
from tests.papers import pages
from tests.payments.desk_forms import set_limit

pytestmark = pytest.mark.django_db


def previewed(html):
    """The rows of the entry that a page shows before it is posted."""
    rows = re.findall(r"<tr>(.*?)</tr>", html[html.index('id="preview"') :], re.DOTALL)[1:]
    return [[text_of(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)] for row in rows]


def test_a_credit_is_set_off_refunded_and_kept_at_once(books, buyer):
    a, f = credit_note(buyer, today(), "100"), invoice(buyer, today(), "30", due=today() + timedelta(days=30))

    answer = books.post(
        reverse("credit_use", args=[a.document_id]),
        {
            "key": str(uuid4()),
            f"item-{main_item(f).pk}": "30,00",
            "refunded": "20,00",
            "type": "transfer",
            "reserved": "10",
        },
    )

    assert answer.status_code == 302
    assert told(buyer, today(), credit="50", unpaid="0", balance="50", collected="-20")
    credit = main_item(a)
    assert (credit.open, credit.reserved) == (50, 10)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Indiquez ce que vous faites"),
        ({"reserved": "100,01"}, "reste disponible 100,00"),
        ({"refunded": "10"}, "Choisissez le type"),
        ({"reserved": "-1"}, "montant positif"),
    ],
)
def test_a_use_that_is_none_is_told(books, buyer, fields, said):
    a = credit_note(buyer, today(), "100")

    answer = books.post(reverse("credit_use", args=[a.document_id]), {"key": str(uuid4())} | fields)

    assert answer.status_code == 422
    assert said in text_of(answer.content.decode())


def test_an_overpayment_is_refunded_up_to_what_is_left(books, buyer):
    f = invoice(buyer, today(), "100")
    payment = pay(buyer, today(), "120", {f: "100"})
    asked = {"key": str(uuid4()), "on": today().isoformat(), "type": "transfer"}

    much = books.post(reverse("credit_refund", args=[payment.document_id]), asked | {"amount": "20,01"})
    right = books.post(reverse("credit_refund", args=[payment.document_id]), asked | {"amount": "20,00"})

    assert (much.status_code, right.status_code) == (422, 302)
    assert told(buyer, today(), credit="0", balance="0", collected="100")
    refund = Refund.objects.get()
    assert "Reçu de remboursement" in pages(books.get(reverse("refund_receipt", args=[refund.pk])).content)[0]


def test_a_small_difference_is_written_off_within_the_limit(books, buyer):
    f = invoice(buyer, today(), "42.42")
    pay(buyer, today(), "42.41", {f: "42.41"})
    item = main_item(f).pk
    absent = books.get(reverse("write_off", args=[item]))
    set_limit("50.00")

    done = books.post(reverse("write_off", args=[item]), {"key": str(uuid4()), "amount": "0,01"})

    assert (absent.status_code, done.status_code) == (404, 302)
    assert left(f) == 0
    assert told(buyer, today(), collected="42.41", balance="0")
    entry = Document.objects.get(kind=Document.Kind.WRITE_OFF).entries.get()
    assert list(entry.lines.order_by("account").values_list("account", "debit", "credit")) == [
        ("411", 0, Decimal("0.01")),
        ("658", Decimal("0.01"), 0),
    ]


def test_a_surplus_of_a_cent_becomes_a_gain_on_choice(books, buyer):
    set_limit("1.00")
    f = invoice(buyer, today(), "42.41")
    payment = pay(buyer, today(), "42.42", {f: "42.41"})

    books.post(reverse("write_off", args=[main_item(payment).pk]), {"key": str(uuid4()), "amount": "0,01"})

    assert told(buyer, today(), balance="0", credit="0")
    entry = Document.objects.get(kind=Document.Kind.WRITE_OFF).entries.get()
    assert set(entry.lines.values_list("account", flat=True)) == {"411", "758"}


def test_the_entry_of_a_difference_is_seen_before_it_is_posted_as_the_chart_names_it(books, buyer):
    set_limit("10.00")
    GeneralAccount.objects.filter(pk="658").update(label="Écarts de règlement")
    f = invoice(buyer, today(), "42.42")
    pay(buyer, today(), "42.41", {f: "42.41"})
    surplus = pay(buyer, today(), "0.03")
    debt, credit = (reverse("write_off", args=[main_item(one).pk]) for one in (f, surplus))

    shown = books.get(debt).content.decode()
    changed = books.post(credit, {"key": str(uuid4()), "amount": "0,02", "action": "preview"})

    cent = "0,01\u00a0€"
    assert previewed(shown) == [["658 Écarts de règlement", cent, ""], ["411 Clients", "", cent]]
    assert changed.status_code == 200
    assert previewed(changed.content.decode()) == [
        ["411 Clients", "0,02\u00a0€", ""],
        ["758 Produits divers de gestion courante", "", "0,02\u00a0€"],
    ]
    assert not Document.objects.filter(kind=Document.Kind.WRITE_OFF).exists()


def test_a_difference_above_the_limit_is_refused(books, buyer):
    set_limit("10.00")
    f = invoice(buyer, today(), "4800")
    pay(buyer, today(), "4766.66", {f: "4766.66"})

    answer = books.post(reverse("write_off", args=[main_item(f).pk]), {"key": str(uuid4()), "amount": "33,34"})

    assert answer.status_code == 422
    assert "ne peut pas dépasser 10,00" in text_of(answer.content.decode())
    assert left(f) == Decimal("33.34")


def test_a_refund_and_a_use_of_all_that_is_left_are_done_once_when_sent_again(books, buyer):
    given, used = credit_note(buyer, today(), "20"), credit_note(buyer, today(), "30")
    f = invoice(buyer, today(), "30")
    refund = {"key": str(uuid4()), "on": today().isoformat(), "type": "transfer", "amount": "20,00"}
    use = {"key": str(uuid4()), f"item-{main_item(f).pk}": "30,00"}

    for name, filed, data in (("credit_refund", given, refund), ("credit_use", used, use)):
        answers = [books.post(reverse(name, args=[filed.document_id]), data) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [302, 302]

    assert (Refund.objects.count(), Payment.objects.count()) == (1, 1)
    assert told(buyer, today(), balance="0", credit="0", unpaid="0")
