"""Banque in Chromium: a transaction is linked to the client whom it names, and freed again."""

import pytest
from playwright.sync_api import Page, expect

from office.clock import today
from office.models import Role, User
from payments.models import BankLink, Payment
from tests.builders import a_client, invoice, left, pay, told
from tests.payments.bank_lines import a_line


@pytest.fixture
def books(page: Page) -> Page:
    """The page of an accountant."""
    User.objects.filter(username="durand").update(role=Role.ACCOUNTANT)
    return page


def test_relier_un_client_proposes_pays_and_delier_undoes_it(books: Page):
    client, other = a_client("C-1", name="Delmas"), a_client("C-2", name="Martin")
    f = invoice(client, today(), "100", due=today())
    invoice(other, today(), "100")
    a_line("100", f"VIR SEPA DELMAS {f.document.reference.replace('-', ' ')}", day=today())

    books.goto("/banque/")
    books.get_by_role("link", name="Relier").click()
    first = books.get_by_role("row", name=f.document.reference)
    expect(first).to_contain_text("montant exact")
    expect(books.get_by_text("Martin")).to_have_count(0)
    first.get_by_role("link", name="Relier").click()
    expect(books.locator(f"[name=item-{f.document.items.get().pk}]")).to_have_value("100,00")
    books.get_by_role("button", name="Relier").click()

    expect(books.get_by_role("heading", name="Reliée à")).to_be_visible()
    payment = Payment.objects.get()
    assert told(client, today(), balance="0", unpaid="0", collected="100")
    books.get_by_role("link", name=f"{payment}").click()
    expect(books.get_by_role("heading", level=1)).to_contain_text(f"{payment}")
    expect(books.get_by_role("link", name="VIR SEPA DELMAS")).to_be_visible()
    books.goto("/clients/C-1/")
    expect(books.locator(".badge", has_text="À jour").first).to_be_visible()

    books.goto("/banque/")
    expect(books.locator("tbody .badge", has_text="Delmas")).to_be_visible()
    books.get_by_role("link", name="VIR SEPA DELMAS").click()
    books.get_by_role("button", name="Délier").click()

    expect(books.get_by_role("link", name="Relier")).to_be_visible()
    payment.refresh_from_db()
    assert payment.cancelled_by is not None
    assert not BankLink.objects.filter(undone_by=None).exists()
    assert (left(f), told(client, today(), balance="-100", unpaid="100", collected="0")) == (100, True)
    books.goto("/clients/C-1/")
    expect(books.locator(".badge", has_text="En attente de règlement").first).to_be_visible()


def test_a_card_total_is_pointed_and_freed_and_its_payments_stay(books: Page):
    client = a_client("C-1", name="Delmas")
    f, g = invoice(client, today(), "30"), invoice(client, today(), "70")
    paid = [pay(client, today(), "30", {f: "30"}), pay(client, today(), "70", {g: "70"})]
    a_line("100", "REMISE CB", day=today())

    books.goto("/banque/")
    books.get_by_role("link", name="Relier").click()
    books.get_by_role("button", name="Pointer").first.click()

    expect(books.get_by_role("heading", name="Reliée à")).to_be_visible()
    assert set(BankLink.objects.values_list("document", flat=True)) == {one.document_id for one in paid}
    books.get_by_role("button", name="Délier").click()
    expect(books.get_by_role("button", name="Pointer").first).to_be_visible()
    assert told(client, today(), balance="0", collected="100")
