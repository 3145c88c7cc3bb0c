"""The lists of the visits and invoices of all clients: what is filtered, added up and exported."""

import csv
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest

from demo.examples import Desk, play
from invoicing.models import Invoice, Visit
from invoicing.queries import VISIT_STATES, all_visits, invoices_in_state, visits_in_state
from invoicing.services import dispute_invoice, draft_lines
from invoicing.statuses import STATUSES, with_status
from office.clock import today
from tests.builders import a_client, cancel, credit_on, invoice, pay
from tests.desk import desk as services
from tests.desk import line, op
from tests.factories import SiteFactory
from tests.pages import at_work, cells, column, squeezed, text_of

pytestmark = pytest.mark.django_db

BEFORE = today() - timedelta(days=40)


@pytest.fixture
def desk(client):
    return at_work(client)


@pytest.fixture
def roux():
    return a_client("ROUX", name="Mme Roux")


@pytest.fixture
def delmas():
    return a_client("DELMAS", name="M. Delmas")


def page(desk, path):
    response = desk.get(path)
    assert response.status_code == 200
    return squeezed(response.content.decode())


def numbers(desk, query=""):
    return cells(page(desk, f"/factures/{query}"), "Numéro")


def exported(desk, path):
    text = b"".join(desk.get(path)).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text), delimiter=";"))


def totals(html):
    foot = html[html.index('<dl class="totals"') :]
    return text_of(foot[: foot.index("</dl>")])


def test_each_status_finds_the_invoices_that_have_it(roux):
    play(Desk(), today())
    draft_lines(client=roux, lines=[line("5")], op=op(today()))
    part = invoice(roux, today(), "100")
    pay(roux, today(), "40", {part: "40"})
    cancel(invoice(roux, today(), "30"), today())
    credit_on(invoice(roux, today(), "30"), today(), "10")
    told = {row.pk: row.status for row in with_status(Invoice.objects.all(), today=today())}

    found = {
        code: {row.pk for row in invoices_in_state(Invoice.objects.all(), code, today=today())} for code in STATUSES
    }

    assert found == {code: {pk for pk, status in told.items() if status == code} for code in STATUSES}
    assert set(told.values()) == set(STATUSES)


def test_all_invoices_are_listed_drafts_first_then_the_newest(desk, roux, delmas):
    old = invoice(roux, BEFORE, "10")
    new = invoice(delmas, today(), "20")
    draft_lines(client=roux, lines=[line("5")], op=op(today()))

    html = page(desk, "/factures/")

    assert cells(html, "Numéro") == ["Brouillon", str(new), str(old)]
    assert cells(html, "Client") == ["Mme Roux", "M. Delmas", "Mme Roux"]


def test_what_is_filtered_is_added_up_whole(desk, roux, delmas):
    for _ in range(52):
        invoice(roux, today(), "10")
    pay(delmas, today(), "5", {invoice(delmas, today(), "30"): "5"})

    assert totals(page(desk, "/factures/")) == "53 factures\u00a0: total TTC 550,00\u00a0€ Reste dû 545,00\u00a0€"
    assert totals(page(desk, "/factures/?page=2")) == totals(page(desk, "/factures/"))
    assert totals(page(desk, "/factures/?q=delmas")) == "1 facture\u00a0: total TTC 30,00\u00a0€ Reste dû 25,00\u00a0€"


def test_two_currencies_are_added_up_apart(desk, roux):
    swiss = a_client("CH", currency="CHF")
    invoice(roux, today(), "10")
    invoice(swiss, today(), "20")

    html = page(desk, "/factures/")

    assert html.count('class="totals"') == 2
    assert "20,00\u00a0CHF" in html


def test_invoices_are_filtered_by_each_column(desk, roux, delmas):
    site = SiteFactory()
    old = str(invoice(roux, BEFORE, "10", due=BEFORE))
    new = invoice(delmas, today(), "20", site=site, due=today() + timedelta(days=30))
    dispute_invoice(invoice=new, reason="Soin non reconnu", op=op(today()))
    new = str(new)

    assert numbers(desk, f"?until={BEFORE.isoformat()}") == [old]
    assert numbers(desk, f"?since={today().isoformat()}") == [new]
    assert numbers(desk, "?q=del") == [new]
    assert numbers(desk, f"?site={site.pk}") == [new]
    assert numbers(desk, "?status=late") == [old]
    assert numbers(desk, "?disputed=oui") == [new]
    assert numbers(desk, "?disputed=non") == [old]
    assert numbers(desk, "?ttc_min=15") == [new]
    assert numbers(desk, "?left_max=15") == [old]
    assert numbers(desk, "?ttc_min=15&q=roux") == []


def test_a_passer_by_is_found_by_name(desk):
    walk_in = a_client("PASSAGE", walk_in=True)
    f = invoice(walk_in, today(), "10", party=walk_in.account.parties.create(name="Mme Martin"))

    assert numbers(desk, "?q=martin") == [str(f)]


@pytest.mark.parametrize("query", ["?since=31/02/2026", "?ttc_min=douze", "?status=perdue", "?site=999"])
def test_a_filter_that_cannot_be_is_told(desk, roux, query):
    invoice(roux, today(), "10")

    assert desk.get(f"/factures/{query}").status_code == 422
    assert desk.get(f"/factures/export/csv/{query}").status_code == 404


def test_invoices_are_sorted_on_the_server(desk, roux):
    for amount in ("20", "10", "30"):
        invoice(roux, today(), amount)

    assert column(page(desk, "/factures/?sort=ttc"), "Total TTC") == [10, 20, 30]
    assert column(page(desk, "/factures/?sort=-left"), "Reste dû") == [30, 20, 10]


def test_the_export_has_what_is_filtered(desk, roux, delmas):
    invoice(roux, today(), "10")
    part = invoice(delmas, today(), "120")
    pay(delmas, today(), "20", {part: "20"})

    rows = exported(desk, "/factures/export/csv/?q=delmas")

    assert [row["Numéro"] for row in rows] == [str(part)]
    assert rows[0]["Code"] == "DELMAS"
    assert (rows[0]["Total HT"], rows[0]["TVA"], rows[0]["Facturé"]) == ("100,00", "20,00", "120,00")
    assert (rows[0]["Encaissé"], rows[0]["Reste dû"], rows[0]["Statut"]) == ("20,00", "100,00", "Payée en partie")
    assert desk.get("/factures/export/pdf/").status_code == 404


def test_visits_are_listed_with_what_they_have_to_invoice(desk, roux, delmas):
    waiting = services.visits(roux, today(), line("30.00"), kind=Visit.Kind.SALE)
    done = services.visits(delmas, BEFORE, line("20.00"), kind=Visit.Kind.CONSULTATION)
    services.invoices_visit(done, today())
    services.visits(roux, BEFORE, kind=Visit.Kind.SALE)

    html = page(desk, "/visites/")

    assert column(html, "Total TTC") == [Decimal(30), Decimal(0), Decimal(20)]
    assert cells(html, "Statut") == ["À facturer", "Rien à facturer", "Facturée"]
    assert totals(html) == "Montant à facturer 30,00\u00a0€"
    states = {code: {visit.pk for visit in visits_in_state(all_visits(), code)} for code in VISIT_STATES}
    assert states["waiting"] == {waiting.pk}
    assert states["invoiced"] == {done.pk}
    assert [row["Nature"] for row in exported(desk, "/visites/export/csv/?status=invoiced")] == ["Consultation"]
    assert cells(page(desk, "/visites/?kind=consultation"), "Statut") == ["Facturée"]
    assert cells(page(desk, "/visites/?q=roux&status=waiting"), "Statut") == ["À facturer"]


def test_a_sale_begins_with_its_client(desk, roux):
    walk_in = a_client("PASSAGE", walk_in=True)

    assert f"/clients/{walk_in.code}/factures/nouvelle/" in page(desk, "/factures/nouvelle/")
    html = page(desk, "/visites/nouvelle/?q=rou")
    assert "/clients/ROUX/visites/nouvelle/" in html
    assert "PASSAGE" not in html
    assert "Créer «\u00a0zzz\u00a0»" in page(desk, "/factures/nouvelle/?q=zzz")
