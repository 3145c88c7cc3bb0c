"""All visits of a client invoiced at once: which, on how many invoices, all or none."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from clients.models import Client
from clients.services import Details, open_client
from invoicing.models import Invoice, Visit
from invoicing.services import SeveralClients, draft_visits, invoice_visits, record_visit
from ledger.balance import balance_of
from ledger.models import Party
from office.clock import today
from tests.desk import line, op
from tests.factories import SiteFactory
from tests.pages import at_work, cells, squeezed

pytestmark = pytest.mark.django_db

PATH = "/clients/ROUX/facturer/"


@pytest.fixture
def roux() -> Client:
    return open_client(Details("Mme Roux", code="ROUX"))


@pytest.fixture
def desk(client):
    return at_work(client)


def ago(days: int):
    return today() - timedelta(days=days)


def visit(client: Client, days: int, price: str, **details) -> Visit:
    return record_visit(client=client, day=ago(days), lines=[line(price)], op=op(today()), **details)


def told(*visits: Visit, action: str = "create", **fields: str) -> dict[str, object]:
    known = {"how": "each", "day": today().isoformat(), "terms": "receipt", "key": str(uuid4()), "action": action}
    return {**known, "visits": [str(one.pk) for one in visits], **fields}


def issued() -> list[tuple[Decimal, int]]:
    found = Invoice.objects.filter(document__isnull=False).order_by("pk")
    return [(invoice.ttc.amount, invoice.lines.count()) for invoice in found]


def test_one_invoice_a_visit_oldest_first_or_one_for_all(desk, roux):
    visits = [visit(roux, 3, "30.00"), visit(roux, 40, "40.00"), visit(roux, 1, "10.00")]

    sent = told(visits[0], visits[1])
    response = desk.post(PATH, sent)
    again = desk.post(PATH, sent)  # a double click makes nothing more

    assert response.url == again.url == "/clients/ROUX/factures/"
    assert issued() == [(40, 1), (30, 1)]
    other = visit(roux, 2, "5.00")
    desk.post(PATH, told(visits[2], other, how="together"))
    assert issued()[2:] == [(15, 2)]
    assert balance_of(roux.account, today=today()).to_invoice.amount == 0


def test_what_is_chosen_is_seen_before_it_is_made(desk, roux):
    visits = [visit(roux, 3, "30.00"), visit(roux, 1, "10.00")]

    html = squeezed(desk.post(PATH, told(*visits, action="preview")).content.decode())

    assert "2 factures, 40,00\u00a0€ TTC" in html
    html = squeezed(desk.post(PATH, told(*visits, action="preview", how="together")).content.decode())
    assert "1 facture, 40,00\u00a0€ TTC" in html
    assert not Invoice.objects.exists()


def test_the_period_and_progress_choose_what_is_shown_and_ticked(desk, roux):
    old, new = visit(roux, 40, "40.00"), visit(roux, 1, "10.00", progress=Visit.Progress.IN_PROGRESS)

    html = desk.get(PATH, {"until": ago(30).isoformat()}).content.decode()
    assert f'id="visit-{old.pk}"' in html
    assert f'id="visit-{new.pk}"' not in html
    html = desk.get(PATH, {"progress": "in_progress", "since": ago(5).isoformat()}).content.decode()
    assert f'id="visit-{new.pk}"' in html
    assert f'id="visit-{old.pk}"' not in html
    assert desk.get(PATH, {"since": "hier", "progress": "x"}).status_code == 200
    assert "Aucune visite de cette période" in desk.get(PATH, {"until": ago(90).isoformat()}).content.decode()


def test_visits_of_two_sites_stay_apart(desk, roux):
    visits = [visit(roux, 3, "30.00", site=SiteFactory()), visit(roux, 2, "20.00"), visit(roux, 1, "10.00")]

    desk.post(PATH, told(*visits, how="together"))

    assert issued() == [(30, 1), (30, 2)]


def test_each_passer_by_has_an_invoice(desk):
    walk_in = open_client(Details("Client passager", code="PASSAGE", walk_in=True))
    people = [Party.objects.create(account=walk_in.account, name=name) for name in ("Dupont", "Durand")]
    visits = [visit(walk_in, 1, price, party=party) for price, party in zip(("3.00", "4.00"), people, strict=True)]

    desk.post("/clients/PASSAGE/facturer/", told(*visits, how="together"))

    assert {invoice.party.name: invoice.ttc.amount for invoice in Invoice.objects.all()} == {"Dupont": 3, "Durand": 4}


def test_all_are_made_or_none(desk, roux):
    old, new = visit(roux, 40, "40.00"), visit(roux, 1, "10.00")

    response = desk.post(PATH, told(old, new, day=ago(20).isoformat()))

    assert response.status_code == 422
    assert "ne peut pas être datée d’avant sa visite" in response.content.decode()
    assert not Invoice.objects.exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"visits": []}, "Choisissez au moins une visite"),
        ({"visits": ["999999"]}, "n’est plus à facturer"),
        ({"visits": ["x"]}, "Rien"),
        ({"day": "31/02/2026"}, "Cette date n’existe pas"),
        ({"terms": "free"}, "Choisissez"),
        ({"how": "x"}, "Choisissez"),
    ],
)
def test_nonsense_makes_nothing(desk, roux, fields, said):
    one = visit(roux, 1, "10.00")

    response = desk.post(PATH, told(one, **fields))

    assert response.status_code == 422
    if said != "Rien":
        assert said in response.content.decode()
    assert not Invoice.objects.exists()


def test_a_visit_of_another_client_or_on_a_draft_is_none_of_them(desk, roux):
    other = visit(open_client(Details("Autre")), 1, "9.00")
    drafted = visit(roux, 1, "8.00")
    draft_visits(visits=[drafted], op=op(today()))

    invoiced = visit(roux, 1, "7.00")
    desk.post(PATH, told(invoiced))
    for chosen, said in ((other, "n’est plus à facturer"), (drafted, "rien à facturer"), (invoiced, "rien à facturer")):
        response = desk.post(PATH, told(chosen))
        assert (response.status_code, said in response.content.decode()) == (422, True)
    assert issued() == [(7, 1)]


def test_the_preview_of_many_visits_asks_no_more_than_that_of_one(desk, roux, django_assert_max_num_queries):
    visits = [visit(roux, 1, "10.00") for _ in range(30)]

    with django_assert_max_num_queries(15):
        desk.post(PATH, told(*visits, action="preview"))


def test_what_waits_of_all_clients_is_listed_filtered_and_added_up(desk, roux):
    here = SiteFactory(name="Lyon")
    old = visit(roux, 40, "40.00", site=here)
    visit(open_client(Details("Autre")), 1, "9.00")
    invoiced = visit(roux, 1, "7.00")
    desk.post(PATH, told(invoiced))

    html = squeezed(desk.get("/a-facturer/").content.decode())
    assert cells(html, "À facturer") == ["9,00\u00a0€", "40,00\u00a0€"]
    assert "<dd>49,00\u00a0€</dd>" in html
    html = squeezed(desk.get("/a-facturer/", {"site": here.pk, "sort": "left"}).content.decode())
    assert cells(html, "À facturer") == ["40,00\u00a0€"]
    assert f'href="/visites/{old.pk}/"' in html
    assert 'href="/clients/ROUX/facturer/"' in html
    assert desk.get("/a-facturer/", {"site": "x", "since": "hier"}).status_code == 422
    assert "Aucune visite à facturer ne correspond" in desk.get("/a-facturer/?until=2020-01-01").content.decode()


def test_a_user_of_a_site_sees_what_waits_there_first(client, roux):
    here, elsewhere = SiteFactory(name="Lyon"), SiteFactory(name="Villeurbanne")
    visit(roux, 2, "4.00", site=here)
    visit(roux, 1, "5.00", site=elsewhere)
    desk = at_work(client, site=here)

    assert cells(squeezed(desk.get("/a-facturer/").content.decode()), "À facturer") == ["4,00\u00a0€"]
    assert len(cells(squeezed(desk.get("/a-facturer/?site=").content.decode()), "À facturer")) == 2


def test_visits_of_two_clients_are_refused_before_any_is_invoiced(roux):
    visits = [visit(roux, 1, "10.00"), visit(open_client(Details("Autre")), 1, "9.00")]

    with pytest.raises(SeveralClients):
        invoice_visits(visits=visits, on=today(), op=op(today()))

    assert not Invoice.objects.exists()
