"""What the search finds while one types: by whatever a client is known by, with typos, the best first."""

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.models import Animal, Client, Contact, Word
from clients.queries import find, finding
from clients.queries.finding import ROWS
from clients.services import Details, open_clients
from demo.examples import Desk, play
from office.clock import today
from tests.pages import at_work

DAY = today()


@pytest.fixture
def clients(db):
    return open_clients(
        [
            Details("Lefèvre", given_name="Éléonore", code="LEF", email="e.lef@example.org", phone="06 12 34 56 78"),
            Details("Lefebvre-Duc", given_name="Marie", code="DUC", phone="+33 4 78 00 00 01"),
            Details("Marchand", given_name="Théo", code="MAR", animals=[Animal(name="Gribouille", species="Chat")]),
            Details(
                "Haras de l’Œillet",
                code="HARAS",
                nature=Client.Nature.COMPANY,
                contacts=[Contact(name="Solène Marceau", function="Gérante", phone="07 00 00 00 09")],
                animals=[Animal(name="Brume", chip="250269100000042")],
            ),
            Details("Philippon", given_name="Sophie", code="C-00042"),
        ]
    )


def codes(text: str) -> list[str]:
    found = find(text, today=DAY)
    return [hit.client.code for hit in (*found.clients, *found.near)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("l", ["DUC", "LEF", "HARAS"]),  # names first, then « l’Œillet »
        ("le", ["DUC", "LEF"]),
        ("du", ["DUC"]),
        ("so", ["C-00042", "HARAS"]),  # her own name, then Solène, who is spoken to there
        ("ŒIL", ["HARAS"]),
        ("oeillet haras", ["HARAS"]),
        ("lefevre e", ["LEF"]),
        ("c-00042", ["C-00042"]),
        ("duc", ["DUC"]),
        ("example.org", ["LEF"]),
        ("06 12 34", ["LEF"]),
        ("0612345678", ["LEF"]),
        ("+33 4 78 00", ["DUC"]),
        ("brume", ["HARAS"]),
        ("250269100000042", ["HARAS"]),
        ("250269", ["HARAS"]),
        ("marceau", ["HARAS"]),
        ("mar", ["MAR", "DUC", "HARAS"]),  # the name, then any word that begins so
        ("100%", []),
        ("_", []),
        ("\\", []),
        ("", []),
        ("  ", []),
    ],
)
def test_a_client_is_found_by_what_one_knows_of_it(clients, text, found):
    assert codes(text) == found


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("lefevbre", "DUC"),  # two letters changed places
        ("lefvre", "LEF"),  # one is missing
        ("marchnad", "MAR"),
        ("gribouile", "MAR"),
        ("grbouil", "MAR"),  # and not typed to its end
        ("fillipon", "C-00042"),  # as it is heard
        ("sofie filipon", "C-00042"),
        ("haras oeilet", "HARAS"),
    ],
)
def test_a_typo_finds_what_was_meant(clients, text, first):
    assert codes(text)[0] == first


@pytest.mark.parametrize("text", ["zzzzz", "lefxxxx", "0612345679", "DUC-2", "lefevre oeillet"])
def test_what_is_not_near_is_not_found(clients, text):
    assert codes(text) == []


def test_a_whole_name_brings_no_near_ones(clients):
    open_clients([Details("Lefevra", code="LEFA")])

    assert codes("lefevre") == ["LEF"]
    assert "LEFA" in codes("lefevr")


def test_a_word_is_known_once_the_client_is_changed(clients):
    Client.objects.filter(code="MAR").update(search=" mar marchand boustrophedon")

    assert codes("boustrofedon") == ["MAR"]
    assert Word.objects.filter(word="boustrophedon").count() == 1


def test_archived_clients_come_last(clients):
    Client.objects.filter(code="MAR").update(is_archived=True)

    assert codes("marc")[:2] == ["HARAS", "MAR"]


def test_a_hit_tells_why(clients):
    def why(text: str) -> list[str]:
        found = find(text, today=DAY)
        return [hit.more[0] for hit in (*found.clients, *found.near) if hit.more]

    assert why("gribou") == ["Gribouille, Chat"]
    assert why("gribouile") == ["Gribouille, Chat"]
    assert why("250269") == ["Brume, 250269100000042"]
    assert why("0700000009") == ["Solène Marceau, Gérante"]
    assert why("haras") == []
    assert why("0612345678") == ["06 12 34 56 78"]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("FAC-2001", ["invoice"]),
        ("fac-200", ["invoice", "invoice"]),
        ("pay-3", ["payment"]),
        ("fac", []),  # no figure yet
        ("FAC-2003", []),
        ("x1", []),
    ],
)
def test_a_document_is_found_by_the_beginning_of_its_reference(db, text, kinds):
    play(Desk(), DAY, ["EX-RELEVE"])

    assert [document.kind for document in find(text, today=DAY).documents] == kinds
    assert find(text, today=DAY).is_reference == (text == "FAC-2001")


def test_a_document_is_found_by_its_number(db):
    play(Desk(), DAY, ["EX-TROP-PERCU"])
    invoice = next(document for document in find("1", today=DAY).documents if document.kind == "invoice")

    for text in ("1", "00001", f"{invoice.year}-1", f"{invoice.year}/00001"):
        assert invoice in find(text, today=DAY).documents
    assert find(f"{invoice.year - 1}-1", today=DAY).documents == []


@pytest.mark.parametrize("cap", [1, finding.CAP])
def test_names_that_begin_so_come_first_however_many_others_there_are(db, monkeypatch, cap):
    monkeypatch.setattr(finding, "CAP", cap)
    open_clients([Details(f"Roux{number:02}", given_name="Zacharie") for number in range(30)])
    open_clients([Details("Zacharie", code="ZAC")])

    assert codes("zach")[0] == "ZAC"
    assert len(codes("zach")) == min(ROWS, 1 + cap)
    assert codes("zac") == codes("zach")


@pytest.mark.parametrize("text", ["d", "00", "mar", "marchnad", "lefevre eleonore", "0612345678"])
def test_no_step_reads_all_clients(clients, text):
    """Each query of the search has an index for it, whatever is typed."""
    with CaptureQueriesContext(
        connection,
    ) as asked:
        find(text, today=DAY)
    reads = [query["sql"] for query in asked if query["sql"].lstrip().startswith(("SELECT", "WITH", "--"))]
    assert reads

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for sql in reads:
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "Seq Scan on clients_client" not in plan, sql
            assert "Seq Scan on clients_word" not in plan, sql
            if "WITH hits" in sql:  # a whole index read in order would be no better
                assert "Bitmap Index Scan on clients_client_search" in plan, plan


def test_the_box_gets_its_options(client: Browser, clients):
    desk = at_work(client)

    page = desk.get("/clients/recherche/?q=lefevre", headers={"HX-Request": "true"}).content.decode()

    assert 'role="option"' in page
    assert 'href="/clients/LEF/"' in page
    assert "Tous les clients pour" in page
    assert "Créer" not in page


def test_what_is_not_found_can_be_created(client: Browser, clients):
    page = at_work(client).get("/clients/recherche/?q=Zoé <b>", headers={"HX-Request": "true"}).content.decode()

    assert "/clients/nouveau/?name=Zo%C3%A9%20%3Cb%3E" in page
    assert "<b>" not in page


def test_without_script_the_search_leads_to_the_list(client: Browser, clients):
    desk = at_work(client)

    assert desk.get("/clients/recherche/?q=le%20f").url == "/clients/?q=le+f"
    assert desk.get("/clients/recherche/").url == "/clients/"


@pytest.mark.parametrize("text", ["%00", "x" * 500, "%F0%9F%90%B1", "%22%3E", "a+" * 60])
def test_whatever_is_typed_is_answered(client: Browser, clients, text):
    response = at_work(client).get(f"/clients/recherche/?q={text}", headers={"HX-Request": "true"})

    assert response.status_code == 200


@pytest.mark.parametrize("code", ["recherche", "export", "nouveau"])
def test_a_code_that_reads_like_a_page_has_its_sheet(client: Browser, db, code):
    open_clients([Details("Homonyme", code=code)])

    assert at_work(client).get(reverse("client_detail", args=[code])).status_code == 200
