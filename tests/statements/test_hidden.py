"""What the administrator hides is sent to nobody: no card, no window, no hint of another one."""

import pytest
from django.test import Client as Browser

from demo.examples import Desk, play
from office.clock import today
from office.models import Company
from tests.pages import at_work, column, squeezed, subtotals, text_of

pytestmark = pytest.mark.django_db

FIELDS = {"balance": "shows_balance", "unpaid": "shows_unpaid", "to_invoice": "shows_to_invoice"}
WINDOWS = {"balance": "solde", "unpaid": "impayes", "to_invoice": "a-facturer"}
LABELS = {"balance": "Solde client", "unpaid": "Montant d’impayés", "to_invoice": "Montant à facturer"}


@pytest.fixture
def desk(client: Browser) -> Browser:
    play(Desk(), today(), ["EX-SOLDE"])
    return at_work(client)


def hide(*names: str) -> None:
    Company.objects.update_or_create(pk=1, defaults={FIELDS[name]: False for name in names})


def page(desk: Browser, address: str) -> str:
    response = desk.get(address)
    assert response.status_code == 200
    return squeezed(response.content.decode())


@pytest.mark.parametrize("name", FIELDS)
def test_a_hidden_amount_has_no_card_and_no_window(desk, name):
    hide(name)

    sheet = page(desk, "/clients/EX-SOLDE/")

    assert LABELS[name] not in sheet
    assert f"/clients/EX-SOLDE/{WINDOWS[name]}/" not in sheet
    assert desk.get(f"/clients/EX-SOLDE/{WINDOWS[name]}/").status_code == 404
    assert "Montant d’avoir disponible" in sheet


def test_with_all_three_hidden_only_the_credit_is_told(desk):
    hide(*FIELDS)

    head = text_of(page(desk, "/clients/EX-SOLDE/").split('aria-label="Soldes du client"')[1].split("</section>")[0])

    assert head.endswith("Montant d’avoir disponible 20,00\u00a0€ en faveur du client 1 avoir, utilisé en partie")
    assert "doit" not in head


def test_the_other_windows_dont_add_up_to_what_is_to_invoice(desk):
    hide("to_invoice")

    for name in ("solde", "impayes"):
        window = page(desk, f"/clients/EX-SOLDE/{name}/")
        assert "31,00" not in window
        assert column(window, "À facturer") == []
    assert "Gaufrette" in page(desk, "/clients/EX-SOLDE/impayes/")
    assert "Visites à facturer" not in page(desk, "/clients/EX-SOLDE/solde/")


def test_the_window_of_the_balance_doesnt_tell_the_unpaid_amount(desk):
    hide("unpaid")

    window = page(desk, "/clients/EX-SOLDE/solde/")

    assert "81,00" not in window
    assert subtotals(window) == [31, 50, 20]


def test_the_balance_is_told_by_no_other_window(desk):
    hide("balance")

    for name in ("", "impayes/", "a-facturer/", "avoir/", "archiver/"):
        assert "30,00" not in page(desk, f"/clients/EX-SOLDE/{name}").replace("130,00", "")


def test_what_is_hidden_stays_in_lists(desk):
    hide(*FIELDS)

    assert "\u221230,00\u00a0€" in page(desk, "/clients/")
