"""Nouveau règlement and what follows, on the pages a desk uses."""

import re
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ledger.balance import balance_of
from ledger.models import Allocation, Document, PeriodLock
from ledger.services import shut
from office.clock import today
from office.models import DatedSetting, Event, Role
from payments.models import Attachment, Incident, Payment, Refund
from payments.queries import difference_limit, incident_fee
from tests.builders import a_client, bounce, credit_note, invoice, left, main_item, pay, told
from tests.factories import PartyFactory
from tests.pages import at_work, text_of
from tests.papers import faults, pages

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def desk(client):
    return at_work(client)


@pytest.fixture
def books(client):
    return at_work(client, role=Role.ACCOUNTANT)


@pytest.fixture
def buyer():
    return a_client("C-1")


def sent(*methods, rows=None, action="save", **fields):
    """What the form sends. methods: (type, amount, reference); rows: what is typed beside documents."""
    data = {"key": str(uuid4()), "on": today().isoformat(), "m-TOTAL_FORMS": "4", "m-INITIAL_FORMS": "0"}
    for rank, (way, amount, *more) in enumerate(methods):
        data |= {f"m-{rank}-type": way, f"m-{rank}-amount": amount, f"m-{rank}-reference": more[0] if more else ""}
    for filed, amount in (rows or {}).items():
        data[f"item-{filed if isinstance(filed, int) else main_item(filed).pk}"] = amount
    return data | {"action": action} | fields


def address(buyer, name="payment_create"):
    return f"{reverse(name)}?client={buyer.code}"


def take(browser, buyer, *methods, **options):
    return browser.post(address(buyer), sent(*methods, **options))


def typed(html, filed):
    """What stands beside a document."""
    return re.search(rf'name="item-{main_item(filed).pk}"[^>]*?value="([^"]*)"', html)


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


def test_the_preview_is_a_draft_and_stores_nothing(desk, buyer):
    f = invoice(buyer, today(), "50")

    answer = desk.post(address(buyer, "payment_preview"), sent(("card", "80,00"), rows={f: "50,00"}))

    (sheet,) = pages(answer.content)
    assert "BROUILLON" in sheet
    assert "Date et signature" in sheet
    assert f"Facture {f}" in sheet
    assert faults(answer.content) == []
    assert not Payment.objects.exists()


def test_a_second_receipt_is_marked_and_both_are_logged(desk, buyer):
    f = invoice(buyer, today(), "100")
    payment = pay(buyer, today(), "80", {f: "70"})

    first, second = (desk.get(reverse("payment_receipt", args=[payment.pk])).content for _ in range(2))

    assert "DUPLICATA" not in pages(first)[0]
    assert "DUPLICATA N°\u00a01".replace("\u00a0", " ") in pages(second)[0]
    for words in (f"Reçu de règlement n° {payment}", f"Facture {f}", "70,00 €", "30,00 €", "10,00 €"):
        assert words in pages(first)[0]
    assert Event.objects.filter(kind=Event.Kind.PRINT).count() == 2


def test_a_receipt_tells_what_was_left_then_not_what_is_left_now(desk, buyer):
    f = invoice(buyer, today(), "100")
    payment = pay(buyer, today(), "70", {f: "70"})
    pay(buyer, today(), "30", {f: "30"})

    (sheet,) = pages(desk.get(reverse("payment_receipt", args=[payment.pk])).content)

    assert re.search(r"70,00 € 30,00 €", sheet)


def test_supporting_documents_are_kept_under_random_names_and_given_back(desk, buyer):
    files = [SimpleUploadedFile("Chèque n° 12.pdf", PDF), SimpleUploadedFile("photo.png", b"\x89PNG\r\n\x1a\n1")]

    desk.post(address(buyer), sent(("card", "10,00")) | {"proofs": files})

    kept = Attachment.objects.order_by("pk")
    assert [one.name for one in kept] == ["Chèque n° 12.pdf", "photo.png"]
    assert all(re.fullmatch(r"pieces/[0-9a-f]{32}\.(pdf|png)", one.stored) for one in kept)
    answer = desk.get(reverse("attachment", args=[kept[0].pk]))
    assert answer.content == PDF
    assert "attachment" in answer.headers["Content-Disposition"]
    for one in kept:
        default_storage.delete(one.stored)


@pytest.mark.parametrize(
    ("content", "said"), [(b"<html>", "ni un PDF, ni une image"), (PDF + b"0" * 30_000_000, "pèse plus de 10")]
)
def test_what_is_no_proof_is_refused(desk, buyer, content, said):
    answer = desk.post(address(buyer), sent(("card", "10,00")) | {"proofs": SimpleUploadedFile("recu.pdf", content)})

    assert (answer.status_code, Payment.objects.count()) == (422, 0)
    assert said in text_of(answer.content.decode())


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


# What is done with a payment


def confirmed(browser, name, pk, **fields):
    return browser.post(reverse(name, args=[pk]), {"key": str(uuid4()), "reason": "erreur de saisie"} | fields)


def edit(browser, payment, method, **options):
    data = sent(method, **options) | {"m-TOTAL_FORMS": "1", "m-INITIAL_FORMS": "1"}
    return browser.post(reverse("payment_edit", args=[payment.pk]), data)


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

    without = confirmed(books, "incident_close", incident.pk, reason="")
    closed = confirmed(books, "incident_close", incident.pk)

    assert (without.status_code, closed.status_code) == (422, 302)
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


def test_the_list_is_filtered_totalled_and_exported(books, buyer):
    f = invoice(buyer, today(), "100")
    pay(buyer, today(), "60", {f: "60"}, by="cash")
    pay(buyer, today(), "70", {f: "40"})
    confirmed(books, "payment_cancel", pay(buyer, today(), "5").pk)
    pay(a_client("C-2", name="Girard"), today(), "7")

    html = books.get(f"{reverse('payment_list')}?q=girard").content.decode()
    unused = text_of(books.get(f"{reverse('payment_list')}?state=unused").content.decode())
    exported = b"".join(books.get(f"{reverse('payment_export', args=['csv'])}?type=cash")).decode("utf-8-sig")

    assert "1 règlement" in text_of(html)
    assert "7,00\u00a0€" in html
    assert "77,00\u00a0€" in unused  # 70 and 7
    assert exported.count("\r\n") == 2
    assert ";60,00;" in exported
    assert "137,00\u00a0€" in text_of(books.get(reverse("payment_list")).content.decode())


def test_nonsense_filters_are_told(desk):
    answer = desk.get(f"{reverse('payment_list')}?since=hier&state=perdu&type=plume")

    assert answer.status_code == 422


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


def test_a_difference_above_the_limit_is_refused(books, buyer):
    set_limit("10.00")
    f = invoice(buyer, today(), "4800")
    pay(buyer, today(), "4766.66", {f: "4766.66"})

    answer = books.post(reverse("write_off", args=[main_item(f).pk]), {"key": str(uuid4()), "amount": "33,34"})

    assert answer.status_code == 422
    assert "ne peut pas dépasser 10,00" in text_of(answer.content.decode())
    assert left(f) == Decimal("33.34")


def set_limit(amount):
    DatedSetting.objects.create(name="payment.difference_limit", valid_from="2020-01-01", value=amount)


def test_the_balance_of_the_page_is_the_ledgers(desk, buyer):
    f = invoice(buyer, today(), "100")

    take(desk, buyer, ("card", "40,00"), rows={f: "40,00"})

    assert balance_of(buyer.account, today=today()).to_pay.amount == 60


# Paramètres


def test_the_fee_and_the_limit_hold_from_a_day_on(client, buyer):
    admin = at_work(client, role=Role.ADMINISTRATOR)
    cheque = pay(buyer, today() - timedelta(days=2), "80", by="cheque")

    asked = {"incident_fee": "15,00", "difference_limit": "0,50", "valid_from": today().isoformat()}
    answer = admin.post(reverse("settings_payments"), asked)

    assert answer.status_code == 302
    assert (incident_fee(today()), incident_fee(today() - timedelta(days=1))) == (15, 0)
    assert difference_limit(today()) == Decimal("0.50")
    form = admin.get(reverse("incident_declare", args=[cheque.pk])).content.decode()
    assert re.search(r'name="fee"[^>]*value="15,00"', form)


def test_a_type_that_is_no_longer_offered_stays_on_what_it_paid(client, buyer):
    payment = pay(buyer, today(), "80")
    admin = at_work(client, role=Role.ADMINISTRATOR)
    said = {"label": "Carte bleue", "account": "512", "journal": "bank", "position": "2"}

    admin.post(reverse("payment_type_edit", args=["card"]), said)

    assert "Carte bleue" not in admin.get(address(buyer)).content.decode()
    assert "Carte bleue" in text_of(admin.get(reverse("document", args=[payment.document_id])).content.decode())
    assert Event.objects.filter(kind=Event.Kind.SETTINGS).count() == 1


def test_cash_goes_to_a_till_and_nothing_else_does(client):
    admin = at_work(client, role=Role.ADMINISTRATOR)
    said = {"code": "jetons", "label": "Jetons", "account": "530", "journal": "bank", "position": "9"}

    answer = admin.post(reverse("payment_type_create"), said)

    assert answer.status_code == 422
    assert "va avec le journal de caisse" in text_of(answer.content.decode())


# The answer was lost, and the form is sent again


def test_a_payment_that_settled_all_leads_to_itself_when_it_is_sent_again(desk, buyer):
    f = invoice(buyer, today(), "50")
    data = sent(("card", "50,00"), rows={f: "50,00"})

    first, again = (desk.post(address(buyer), data) for _ in range(2))

    assert (first.status_code, again.headers["Location"]) == (302, first.headers["Location"])
    assert Payment.objects.count() == 1


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


def test_an_edit_leads_to_what_it_made_when_it_is_sent_again(desk, buyer):
    f = invoice(buyer, today(), "50")
    payment = pay(buyer, today(), "40", {f: "40"})
    data = sent(("card", "50,00"), rows={f: "50,00"}) | {"m-TOTAL_FORMS": "1", "m-INITIAL_FORMS": "1"}

    first, again = (desk.post(reverse("payment_edit", args=[payment.pk]), data) for _ in range(2))

    assert (first.status_code, again.status_code) == (302, 302)
    assert again.headers["Location"] == first.headers["Location"]
