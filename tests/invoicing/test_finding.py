"""What a line editor finds in the catalogue: the options it picks from, and the page without script."""

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client as Browser
from django.urls import reverse

from invoicing.services import archive_item
from office.models import Company
from tests.factories import UserFactory
from tests.pages import at_work, cells, text_of
from tests.shelf import a_tariff, an_item

pytestmark = pytest.mark.django_db

ON = "2026-03-02"


@pytest.fixture
def desk(client: Browser) -> Browser:
    return at_work(client)


def found(desk: Browser, status: int = 200, **asked: str) -> str:
    """What htmx is answered."""
    response = desk.get(reverse("catalogue_search"), {"on": ON, **asked}, headers={"HX-Request": "true"})
    assert response.status_code == status
    return response.content.decode()


def options(html: str) -> list[dict[str, str]]:
    """The data of the options that can be picked."""
    rows = re.findall(r'role="option"([^>]*)>', html)
    return [{name: unescape(value) for name, value in re.findall(r'data-([\w-]+)="([^"]*)"', row)} for row in rows]


def read(html: str) -> list[str]:
    """The items and tariffs as they are read, in order."""
    shown = re.findall(r'class="found__(?:title|name)[^"]*"[^>]*>(.*?)</span>\s*(?=<div|<span|$)', html, re.DOTALL)
    return [text_of(one) for one in shown]


def test_tariffs_stand_under_their_item_with_their_price(desk):
    an_item("Consultation", "1042.00", a_tariff("36.00", "Éleveur"))
    an_item("Vaccin", "58.50")

    html = found(desk)

    assert read(html) == [
        "Consultation A-00001",
        "Consultation (1\u202f042,00\u00a0€)",
        "Éleveur (36,00\u00a0€)",
        "Vaccin A-00002",
        "Vaccin (58,50\u00a0€)",
    ]
    assert re.findall(r'role="group" aria-label="([^"]*)"', html) == ["Consultation", "Vaccin"]
    assert len(options(html)) == 3
    assert 'data-search-said="3 tarifs"' in html


def test_an_option_brings_all_that_fills_a_line(desk):
    item = an_item("Croquettes", a_tariff("46.90", 'Sac <2 kg> "d’essai"', rate="5.5"), nature="goods", kind="product")

    option = options(found(desk))[0]

    assert option == {
        "tariff": str(item.tariffs.get().pk),
        "label": 'Croquettes, Sac <2 kg> "d’essai"',
        "unit-price": "46,90",
        "vat-rate": "5.5",
        "includes-vat": "1",
        "nature": "goods",
        "account": "707",
        "item": str(item.pk),
    }


def test_the_price_is_in_the_basis_asked_for(desk):
    an_item("Consultation", "42.50")

    assert [(one["unit-price"], one["includes-vat"]) for one in options(found(desk))] == [("42,50", "1")]
    html = found(desk, ttc="0")
    assert [(one["unit-price"], one["includes-vat"]) for one in options(html)] == [("35,416667", "0")]
    assert "Consultation (35,416667\u00a0€)" in html
    assert "HT, TVA 20\u00a0%" in text_of(html)

    Company.objects.create(pk=1, name="Grossiste", prices_include_vat=False)

    assert options(found(desk))[0]["unit-price"] == "35,416667"
    assert options(found(desk, ttc="1"))[0]["unit-price"] == "42,50"


def test_only_what_can_be_priced_on_the_day_is_offered(desk):
    an_item(
        "Consultation", a_tariff("40.00", valid_to=date(2026, 3, 1)), a_tariff("42.00", valid_from=date(2026, 3, 2))
    )
    archive_item(an_item("Saignée", "5.00"), archived=True, by=UserFactory())
    an_item("Sans prix")

    assert [one["unit-price"] for one in options(found(desk))] == ["42,00"]
    assert [one["unit-price"] for one in options(found(desk, on="2026-03-01"))] == ["40,00"]
    assert "Rien ne correspond" in found(desk, on="2025-12-31")


def test_words_find_by_code_item_and_tariff_and_offer_a_free_line(desk):
    an_item("Œstrus, bilan", a_tariff("38.00"), a_tariff("30.00", "Association"), code="OES")
    an_item("Vaccin", "58.50", kind="product")

    assert [one["label"] for one in options(found(desk, q="oestrus"))] == [
        "Œstrus, bilan",
        "Œstrus, bilan, Association",
        "oestrus",
    ]
    assert [one["label"] for one in options(found(desk, q="OES assoc"))] == ["Œstrus, bilan, Association", "OES assoc"]
    assert [one["label"] for one in options(found(desk, kind="product"))] == ["Vaccin"]
    assert options(found(desk, q="<b>rien</b>")) == [{"label": "<b>rien</b>"}]
    assert 'data-search-said="Aucun résultat"' in found(desk, q="rien")


def test_more_than_can_be_shown_is_told(desk):
    for number in range(61):
        an_item(f"Soin {number}", "1.00")

    html = found(desk)

    assert len(options(html)) == 60
    assert "Il y en a d’autres" in html


def test_nonsense_is_told_and_offers_nothing(desk):
    an_item("Consultation", "42.00")

    html = found(desk, 422, on="2026-02-31")

    assert "Cette date n’existe pas" in html
    assert options(html) == []
    for asked in ({"ttc": "peut-être"}, {"kind": "poisson"}, {"q": "x" * 121}, {"q": "a\0b"}):
        assert options(found(desk, 422, **asked)) == []


def test_without_script_it_is_a_page_to_read(desk):
    an_item("Consultation", "42.00", a_tariff("36.00", "Éleveur"))

    html = desk.get(reverse("catalogue_search"), {"on": ON, "q": "consul"}).content.decode()

    assert "<title>Tarifs du catalogue" in html
    assert cells(html, "Article") == ["Consultation A-00001"] * 2
    assert cells(html, "Tarif") == ["Consultation", "Éleveur"]
    assert cells(html, "Prix") == ["42,00\u00a0€", "36,00\u00a0€"]
    assert "Aucun tarif ne correspond" in desk.get(reverse("catalogue_search"), {"q": "x"}).content.decode()
    assert "Cette date n’existe pas" in desk.get(reverse("catalogue_search"), {"on": "x"}).content.decode()
