"""Nouveau règlement and the list, on the pages a desk uses."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from ledger.balance import balance_of
from office.clock import today
from office.models import Role
from payments.models import Payment, Refund
from tests.builders import a_client, credit_note, invoice, left, main_item, pay, told
from tests.factories import PartyFactory
from tests.pages import at_work, text_of
from tests.payments.desk_forms import address, sent, take, typed

pytestmark = pytest.mark.django_db


def test_a_payment_settles_what_is_typed_and_its_page_tells_it(desk, buyer):
    f = invoice(buyer, today(), "100")

    answer = take(desk, buyer, ("card", "120,00"), rows={f: "100,00"})

    payment = Payment.objects.get()
    assert answer.headers["Location"] == reverse("document", args=[payment.document_id])
    assert told(buyer, today(), balance="20", credit="20", unpaid="0")
    said = text_of(desk.get(answer.headers["Location"]).content.decode())
    assert f"{payment} est enregistré. Trop-perçu de 20,00\u00a0€, à utiliser ou à rembourser." in said


def test_several_methods_are_a_payment_each_all_or_nothing(desk, buyer):
    f, g = invoice(buyer, today(), "50"), invoice(buyer, today(), "31")

    answer = take(desk, buyer, ("cash", "30,00"), ("card", "51,00"), rows={g: "31,00", f: "50,00"}, tendered="50,00")

    paid = Payment.objects.order_by("pk")
    assert [(one.type_id, one.amount.amount) for one in paid] == [("cash", 30), ("card", 51)]
    assert (left(f), left(g), answer.headers["Location"]) == (0, 0, reverse("client_payments", args=["C-1"]))
    assert "À rendre\u00a0: 20,00\u00a0€." in text_of(desk.get(answer.headers["Location"]).content.decode())

    take(desk, buyer, ("cash", "30,00"), ("cheque", "5,00"), again="on")  # a cheque without its number

    assert paid.count() == 2


def test_a_set_off_takes_credits_and_debts_whatever_the_order_of_rows(desk, buyer):
    f, a = invoice(buyer, today(), "50"), credit_note(buyer, today(), "50")

    answer = take(desk, buyer, ("", "0,00"), rows={a: "-50,00", f: "50,00"})

    assert answer.status_code == 302
    assert told(buyer, today(), balance="0", credit="0", unpaid="0")
    assert (Payment.objects.get().amount.amount, left(f), left(a)) == (0, 0, 0)


def test_money_back_is_the_accountants(client, buyer):
    a = credit_note(buyer, today(), "50")
    browser = at_work(client)

    refused = take(browser, buyer, ("card", "-50,00"), rows={a: "-50,00"})
    accepted = take(at_work(client, role=Role.ACCOUNTANT), buyer, ("card", "-50,00"), rows={a: "-50,00"})

    assert (refused.status_code, accepted.status_code) == (422, 302)
    assert "revient au comptable" in refused.content.decode()
    assert Refund.objects.get().amount.amount == 50
    assert told(buyer, today(), balance="0", credit="0")


@pytest.mark.parametrize(
    ("methods", "rows", "fields", "said"),
    [
        ([("card", "12,345")], {}, {}, "plus de 2 décimales"),
        ([("card", "99999999999,00")], {}, {}, "dépasse le plus grand montant"),
        ([("", "10,00")], {}, {}, "Choisissez le type de règlement"),
        ([("card", "")], {}, {}, "Le montant manque"),
        ([("cheque", "10,00")], {}, {}, "Indiquez la référence"),
        ([("card", "100,00")], {"f": "70,01"}, {}, "reste dû 70,00"),
        ([("card", "10,00")], {"f": "-10,00"}, {}, "doit être positif"),
        ([("card", "10,00")], {"a": "10,00"}, {}, "doit être négatif"),
        ([("card", "10,00")], {"f": "50,00"}, {}, "Il manque 40,00"),
        ([("card", "10,00")], {"other": "10,00"}, {}, "pas de ce client"),
        ([("card", "10,00")], {999999: "10,00"}, {}, "pas de ce client"),
        ([("card", "10,00")], {}, {"on": "2026-13-01"}, "Cette date n’existe pas"),
        ([("card", "10,00")], {}, {"on": (today() + timedelta(days=1)).isoformat()}, "ne peut pas être après"),
        ([("cash", "1000,01")], {}, {}, "ne peut pas dépasser 1\u202f000,00"),
        ([("cash", "10,00")], {}, {"tendered": "9,99"}, "moins que ce qui est réglé"),
        ([("card", "10,00"), ("card", "-10,00")], {}, {}, "revient au comptable"),
        ([("card", "10,00")], {}, {"key": ""}, "a perdu sa clé"),
        ([("card", "")], {}, {"m-TOTAL_FORMS": "-1"}, "Le montant manque"),
        ([("card", "")], {}, {"m-TOTAL_FORMS": "0"}, "Le montant manque"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_saved(desk, buyer, methods, rows, fields, said):
    filed = {
        "f": invoice(buyer, today(), "70"),
        "a": credit_note(buyer, today(), "30"),
        "other": invoice(a_client("C-2"), today(), "10"),
    }

    answer = take(
        desk, buyer, *methods, rows={filed.get(name, name): amount for name, amount in rows.items()}, **fields
    )

    assert answer.status_code == 422
    assert said in text_of(answer.content.decode())
    assert not Payment.objects.exists()
    assert told(buyer, today(), unpaid="70", credit="30")


@pytest.mark.parametrize("code", ["%00", "C-1%00", "%F0%9F%90%B1", "x" * 500])
def test_a_client_that_is_none_is_not_found(desk, buyer, code):
    found = desk.get(f"{reverse('payment_create')}?client={code}")

    assert found.status_code == (200 if code in ("%00", "C-1%00") else 404)  # that sign is passed over


def test_the_same_amount_again_on_a_day_is_warned_of_and_may_be_meant(desk, buyer):
    before = pay(buyer, today(), "30")

    warned = take(desk, buyer, ("card", "30,00"))

    assert (warned.status_code, Payment.objects.count()) == (422, 1)
    assert f"déjà saisi aujourd’hui pour ce client\u00a0: {before}" in text_of(warned.content.decode())

    meant = take(desk, buyer, ("card", "30,00"), again="on")

    assert (meant.status_code, Payment.objects.count()) == (302, 2)


def test_the_same_form_twice_is_one_payment_and_another_input_is_refused_with_a_link(desk, buyer):
    data = sent(("card", "30,00"))

    first, second = (desk.post(address(buyer), data) for _ in range(2))
    other = desk.post(address(buyer), data | {"m-0-amount": "31,00"})

    assert first.headers["Location"] == second.headers["Location"]
    assert (Payment.objects.count(), other.status_code) == (1, 422)
    assert first.headers["Location"] in other.content.decode()


def test_settling_all_proposes_debts_credits_and_their_sum(desk, buyer):
    f, a = invoice(buyer, today(), "100"), credit_note(buyer, today(), "30")

    html = take(desk, buyer, ("", ""), action="settle_all").content.decode()

    assert (typed(html, f)[1], typed(html, a)[1]) == ("100,00", "-30,00")
    assert re.search(r'name="m-0-amount"[^>]*value="70,00"', html)
    assert not Payment.objects.exists()


def test_spreading_goes_by_due_date_and_leaves_rows_filled_by_hand_alone(desk, buyer):
    late = invoice(buyer, today(), "40", due=today())
    by_hand = invoice(buyer, today(), "100", due=today() + timedelta(days=1))
    last = invoice(buyer, today(), "60", due=today() + timedelta(days=2))

    html = take(desk, buyer, ("card", "80,00"), rows={by_hand: "15,00"}, action="spread").content.decode()

    assert [typed(html, one)[1] for one in (late, by_hand, last)] == ["40,00", "15,00", "25,00"]


def test_regler_leads_from_the_invoice_to_a_form_filled_in(desk, buyer):
    f, other = invoice(buyer, today(), "50"), invoice(buyer, today(), "20")

    choice = desk.get(f"{reverse('debts_choose', args=['C-1'])}?document={f.document_id}").content.decode()
    form = desk.get(f"{address(buyer)}&item={main_item(f).pk}").content.decode()

    assert re.findall(r'value="(\d+)"[^>]*checked', choice) == [str(main_item(f).pk)]
    assert typed(form, f)[1] == "50,00"
    assert typed(form, other) is None
    assert re.search(r'name="m-0-amount"[^>]*value="50,00"', form)


def test_cash_of_a_day_counts_together_and_foreigners_have_another_limit(desk, buyer):
    pay(buyer, today(), "600", by="cash")
    abroad = a_client("C-9", country="BE")

    more = take(desk, buyer, ("cash", "500,00"))
    foreign = take(desk, abroad, ("cash", "5000,00"))

    assert "600,00\u00a0€ ont déjà été encaissés" in more.content.decode()
    assert (more.status_code, foreign.status_code) == (422, 302)


def test_a_passer_by_pays_his_own_debts_only(desk):
    shop = a_client("C-P", walk_in=True)
    dupont, martin = (PartyFactory(account=shop.account, name=name) for name in ("Dupont", "Martin"))
    owed, other = (invoice(shop, today(), "30", party=who) for who in (dupont, martin))

    mixed = take(desk, shop, ("cash", "60,00"), rows={owed: "30,00", other: "30,00"})
    own = take(desk, shop, ("cash", "40,00"), rows={owed: "30,00"})

    assert (mixed.status_code, own.status_code) == (422, 302)
    assert Payment.objects.get().document.party == dupont
    assert left(other) == 30


def test_annuler_leads_back_to_the_list_and_nothing_is_saved(desk, buyer):
    f = invoice(buyer, today(), "50")
    filled = take(desk, buyer, ("card", "50,00"), rows={f: "50,00"}, action="sum").content.decode()

    back = re.search(r'<a class="button" href="([^"]*)"[^>]*>Annuler</a>', filled)[1]

    assert back == reverse("payment_list")
    assert desk.get(back).status_code == 200
    assert (Payment.objects.count(), left(f)) == (0, 50)


def test_the_balance_of_the_page_is_the_ledgers(desk, buyer):
    f = invoice(buyer, today(), "100")

    take(desk, buyer, ("card", "40,00"), rows={f: "40,00"})

    assert balance_of(buyer.account, today=today()).to_pay.amount == 60


def test_a_payment_that_settled_all_leads_to_itself_when_it_is_sent_again(desk, buyer):
    f = invoice(buyer, today(), "50")
    data = sent(("card", "50,00"), rows={f: "50,00"})

    first, again = (desk.post(address(buyer), data) for _ in range(2))

    assert (first.status_code, again.headers["Location"]) == (302, first.headers["Location"])
    assert Payment.objects.count() == 1
