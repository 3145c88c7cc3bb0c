"""The journal of sales by item and category: a line keeps what it was picked from in the catalogue."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client as Browser

from credits.services import cancel_invoice
from invoicing.models import Category, Invoice, InvoiceLine, Item
from invoicing.services import NewLine, draft_lines, duplicate_invoice, line_of
from ledger.models import Operation
from office.models import Role
from office.periods import Period
from statements.paper import sales_report
from statements.queries import EVERYWHERE, sales, sales_accounts
from tests.builders import a_client, credit_on, invoice, invoice_visits, line, visit
from tests.factories import op
from tests.helpers import execute, refused
from tests.pages import at_work, cells, text_of
from tests.papers import faults, pages
from tests.shelf import an_item

pytestmark = pytest.mark.django_db

DAY, LATER = date(2026, 1, 5), date(2026, 2, 6)
ALL = Period()


@pytest.fixture
def shelf() -> tuple[Item, Item]:
    """A consultation of 60.00 in the category Consultations, and a vaccination of 36.00 in none."""
    care = Category.objects.create(name="Consultations")
    return an_item("Consultation", "60.00", code="CONS", category=care), an_item("Vaccin", "36.00", code="VAC")


def of(item: Item, day: date = DAY) -> NewLine:
    return line_of(item.tariffs.get(), on=day, prices_include_vat=True)


def told(by: str) -> list[tuple[object, Decimal]]:
    return [(row.label, row.ht) for row in sales(ALL, EVERYWHERE, by)]


def test_sales_are_told_by_item_and_category_the_largest_first_and_free_lines_apart(shelf):
    consultation, vaccine = shelf
    f = invoice(a_client(), DAY, of(consultation), of(vaccine), line("12.00"))
    credit_on(f, LATER, "54.00")

    assert told("item") == [
        (("CONS", "Consultation"), Decimal("25.00")),
        (("VAC", "Vaccin"), Decimal("15.00")),
        (None, Decimal("5.00")),
    ]
    assert told("category") == [("Consultations", Decimal("25.00")), (None, Decimal("20.00"))]
    assert sum(amount for _, amount in told("item")) == sales_accounts(ALL, EVERYWHERE)["EUR"][0]


def test_a_line_keeps_its_item_from_the_visit_to_the_invoice_its_credit_notes_and_duplicates(shelf):
    consultation, _ = shelf
    client = a_client()
    seen = visit(client, DAY, of(consultation), line("12.00"))
    f = invoice_visits(DAY, seen)

    duplicate = duplicate_invoice(invoice=f, op=op(DAY))
    note = cancel_invoice(invoice=f, op=op(LATER, Operation.Kind.CANCEL_INVOICE))

    for made in (f, duplicate, note):
        lines = made.lines.order_by("position").values_list("item", flat=True)
        assert list(lines) == [consultation.pk, None]
    assert [amount for _, amount in told("item")] == [Decimal(0), Decimal(0)]


def test_the_item_of_an_issued_line_never_changes(shelf):
    consultation, vaccine = shelf
    invoice(a_client(), DAY, of(consultation))

    with refused("invoicing_2_issued_line_unchanged"):
        execute(f"UPDATE invoicing_invoiceline SET item_id = {vaccine.pk}")


def test_the_editor_keeps_what_was_picked_and_refuses_what_is_not_in_the_catalogue(client: Browser, shelf):
    consultation, _ = shelf
    draft = draft_lines(client=a_client(), lines=[of(consultation)], op=op(DAY))
    page = at_work(client)
    html = page.get(f"/factures/{draft.pk}/modifier/").content.decode()
    assert f'name="lines-0-item" value="{consultation.pk}"' in html
    data = {
        **{f"lines-0-{name}": value for name, value in {"label": "Visite", "quantity": "1", "ORDER": "1"}.items()},
        "lines-0-unit_price": "60",
        "lines-0-vat_rate": "20",
        "lines-0-nature": "service",
        "lines-0-account": "706",
        "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "0",
        "version": "1",
        "key": "6f0c3b8e-58a5-4f4b-8d38-2f3a4b7f0a11",
    }

    refusal = page.post(f"/factures/{draft.pk}/modifier/", data | {"lines-0-item": "999999"})
    taken = page.post(f"/factures/{draft.pk}/modifier/", data | {"lines-0-item": str(consultation.pk)})

    assert (refusal.status_code, taken.status_code) == (422, 302)
    assert InvoiceLine.objects.values_list("label", "item").get() == ("Visite", consultation.pk)


def test_the_page_shows_a_chart_its_table_and_that_it_ties_and_exports_the_same(client: Browser, shelf):
    consultation, vaccine = shelf
    invoice(a_client(), DAY, of(consultation), of(vaccine))
    page = at_work(client, role=Role.ACCOUNTANT)

    for by, labels in (
        ("item", ["Consultation (CONS)", "Vaccin (VAC)", "Total"]),
        ("category", ["Consultations", "Sans catégorie", "Total"]),
    ):
        html = page.get(f"/etats/ventes/?start=&told_by={by}").content.decode()
        heading = {"item": "Article", "category": "Catégorie"}[by]
        lines = b"".join(page.get(f"/etats/ventes/export/csv/?start=&told_by={by}")).decode("utf-8-sig").splitlines()
        pdf = page.get(f"/etats/ventes/export/pdf/?start=&told_by={by}").content

        assert cells(html, heading) == labels
        assert "<svg" in html
        assert "Égal aux comptes 70 (80,00" in text_of(html)
        assert [one.split(";")[:2] for one in lines[1:]] == [
            [label, amount] for label, amount in zip(labels, ("50,00", "30,00", "80,00"), strict=True)
        ]
        assert faults(pdf) == []
        assert labels[0] in pages(pdf)[0]


def test_a_chart_of_many_items_shows_the_largest_and_adds_up_the_others(shelf):
    lines = [line(f"{12 + rank}.00", label=f"Soin n° {rank} d’une longueur peu commune") for rank in range(40)]
    invoice(a_client(), DAY, *lines)

    report = sales_report(
        sales(ALL, EVERYWHERE, "label"),
        sales_accounts(ALL, EVERYWHERE),
        by="label",
        period=ALL,
        where=EVERYWHERE,
        today=LATER,
    )

    assert report.drawing.count(b"<rect") == 25
    assert b"16 autres" in report.drawing
    assert Invoice.objects.count() == 1
