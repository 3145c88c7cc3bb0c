"""What an address says wrongly of a report is told, and never breaks: each report, on screen and as a file."""

from datetime import timedelta

import pytest
from django.test import Client as Browser

from office.clock import today
from office.models import Role
from tests import factories
from tests.builders import a_client
from tests.pages import at_work, text_of
from tests.papers import pages

pytestmark = pytest.mark.django_db

PERIODS = (
    *("/clients/ROUX/extrait/", "/etats/passagers/", "/etats/tva-encaissements/", "/etats/ventes/"),
    *("/etats/balance-clients/", "/etats/grand-livre/", "/etats/echeancier/"),
)
OTHERS = ("/etats/balance-agee/", "/etats/encaissements-a-venir/", "/etats/encours/")
PAGED = (*PERIODS, "/etats/balance-agee/", "/etats/encaissements-a-venir/")
NONSENSE = ("site=x", "site=999999", "site=%00", "site=%27%20OR%201=1")


def file_of(path: str, form: str = "csv") -> str:
    """The address of a report's file."""
    return f"{path}{form}/" if path.startswith("/clients/") else f"{path}export/{form}/"


@pytest.fixture
def desk(client: Browser) -> Browser:
    roux = a_client("ROUX")
    for days in range(3):
        factories.invoice_entry(roux.account, "10.00", today() - timedelta(days=days))
    return at_work(client, role=Role.ACCOUNTANT)


@pytest.mark.parametrize("path", PERIODS)
def test_a_period_upside_down_is_told_beside_its_end(desk, path):
    response = desk.get(f"{path}?start=2026-02-01&end=2026-01-01")

    assert response.status_code == 422
    assert "01/02/2026" in text_of(response.content.decode())
    assert 'class="field__error"' in response.content.decode()
    assert desk.get(f"{file_of(path)}?start=2026-02-01&end=2026-01-01").status_code == 404


@pytest.mark.parametrize("path", PERIODS)
@pytest.mark.parametrize("day", ["x", "2026-02-31", "99999-01-01", "%00"])
def test_a_day_that_is_none_is_told(desk, path, day):
    response = desk.get(f"{path}?start={day}")

    assert response.status_code == 422
    assert "Cette date n’existe pas" in response.content.decode()


@pytest.mark.parametrize("path", [path for path in PERIODS if path != "/etats/echeancier/"])
def test_a_preset_that_does_not_exist_is_told(desk, path):
    response = desk.get(f"{path}?period=jamais")

    assert response.status_code == 422
    assert "Cette période n’existe pas" in response.content.decode()


@pytest.mark.parametrize("path", [*PERIODS, *OTHERS[:2]])
@pytest.mark.parametrize("query", NONSENSE)
def test_a_site_that_is_none_is_told(desk, path, query):
    assert desk.get(f"{path}?{query}").status_code == 422
    assert desk.get(f"{file_of(path)}?{query}").status_code == 404


@pytest.mark.parametrize("page", ["99", "0", "-1", "x", "%00", "1e9", "9" * 30])
@pytest.mark.parametrize("path", PAGED)
def test_a_page_past_the_end_is_told_and_another_shown(desk, path, page):
    response = desk.get(f"{path}?page={page}")

    assert response.status_code == 200
    has_rows = "</td>" in response.content.decode()
    assert ("Cette page n’existe pas" in text_of(response.content.decode())) is has_rows


@pytest.mark.parametrize(
    "path", ["/clients/ABSENT/extrait/", "/clients/ABSENT/extrait/pdf/", "/clients/ABSENT/extrait/csv/"]
)
def test_the_statement_of_an_unknown_client_is_not_found(desk, path):
    assert desk.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/etats/grand-livre/", "/etats/echeancier/"])
def test_a_report_of_an_unknown_client_is_empty_and_says_so(desk, path):
    html = text_of(desk.get(f"{path}?client=absent&start=").content.decode())

    assert "Rien pour ces filtres" in html or "Aucune échéance ne correspond à ces filtres" in html


@pytest.mark.parametrize(
    "query",
    ["sort=x", "sort=-", "sort=%00", "sort=due&sort=-due", "sort=" + "a" * 5000, "inconnu=1", "page=2&page=x"],
)
@pytest.mark.parametrize("path", [*PERIODS, *OTHERS])
def test_what_no_filter_is_called_is_passed_over(desk, path, query):
    assert desk.get(f"{path}?{query}").status_code == 200


@pytest.mark.parametrize("path", [*PERIODS[1:], *OTHERS])
def test_a_file_of_a_format_that_does_not_exist_is_not_found(desk, path):
    assert desk.get(file_of(path, "docx")).status_code == 404


def test_a_day_to_come_and_a_choice_that_is_none_are_told(desk):
    tomorrow = today() + timedelta(days=1)

    for query in (
        f"/etats/balance-agee/?day={tomorrow:%Y-%m-%d}",
        "/etats/balance-agee/?day=x",
        "/etats/ventes/?told_by=x",
        "/etats/encaissements-a-venir/?by=x",
        "/clients/ROUX/extrait/?basis=x",
        "/clients/ROUX/extrait/?pairs=x",
        "/clients/ROUX/extrait/?slip=x",
    ):
        assert desk.get(query).status_code == 422, query


@pytest.mark.parametrize("path", ["/etats/echeancier/", "/etats/passagers/", "/etats/balance-clients/"])
def test_an_empty_report_says_so_on_paper(desk, path):
    (page,) = pages(desk.get(f"{file_of(path, 'pdf')}?start=2000-01-01&end=2000-01-31").content)

    assert "Rien ne correspond à ces filtres." in page


def test_a_day_before_all_accounts_is_told(desk):
    page = desk.get("/clients/ROUX/financier/?on=0001-01-01")

    assert "Choisissez un jour à partir du 01/01/1900." in text_of(page.content.decode())
    assert desk.get("/clients/ROUX/financier/pdf/?on=0001-01-01").status_code == 404
