"""What PostgreSQL itself keeps of the catalogue, attacked by raw SQL."""

from datetime import date

import pytest

from invoicing.models import Tariff
from tests.helpers import execute, insert, refused, settle
from tests.shelf import SINCE, an_item

pytestmark = pytest.mark.django_db


def raw_tariff(**columns):
    values = {
        "item_id": columns.get("item_id") or an_item().pk,
        "name": "",
        "search": "",
        "price": "42.00",
        "includes_vat": True,
        "vat_rate": "20",
        "valid_from": SINCE,
        "valid_to": None,
    }
    return insert("invoicing_tariff", **(values | columns))


def test_a_tariff_by_sql_that_keeps_the_rules_is_there():
    raw_tariff(valid_to=SINCE)

    assert str(Tariff.objects.get().price) == "42.00"


@pytest.mark.parametrize("price", ["-0.01", "NaN"])
def test_no_price_is_below_zero_or_no_number(price):
    with refused("invoicing_tariff_price"):
        raw_tariff(price=price)


def test_no_tariff_ends_before_it_begins():
    with refused("invoicing_tariff_forward"):
        raw_tariff(valid_to=date(2025, 12, 31))


@pytest.mark.parametrize(("rate", "since"), [("19.6", SINCE), ("NaN", SINCE), ("20", date(2013, 12, 31))])
def test_no_tariff_begins_with_a_rate_that_is_not_in_force(rate, since):
    with refused("invoicing_tariff_rate_in_force"):
        raw_tariff(vat_rate=rate, valid_from=since)


def test_nor_gets_one_later():
    key = raw_tariff()

    with refused("invoicing_tariff_rate_in_force"):
        execute("UPDATE invoicing_tariff SET vat_rate = 7 WHERE id = %s", key)
    with refused("invoicing_tariff_rate_in_force"):
        execute("UPDATE invoicing_tariff SET valid_from = '2013-01-01' WHERE id = %s", key)


def test_a_rate_is_in_force_from_the_day_of_its_setting():
    insert("office_datedsetting", name="vat.rates", valid_from=date(2027, 1, 1), value='["21"]')

    with refused("invoicing_tariff_rate_in_force"):
        raw_tariff(valid_from=date(2027, 1, 1))


def test_an_item_has_one_tariff_of_a_name_on_a_day():
    item = an_item(code="X").pk
    raw_tariff(item_id=item, valid_to=date(2026, 6, 30))
    raw_tariff(item_id=item, valid_from=date(2026, 7, 1))
    raw_tariff(item_id=item, search="association")

    with refused("invoicing_tariff_one_a_day"):
        raw_tariff(item_id=item, valid_from=date(2026, 6, 30), valid_to=date(2026, 6, 30))


@pytest.mark.parametrize(("column", "rule"), [("kind", "known_kind"), ("nature", "known_nature")])
def test_an_item_is_of_a_known_kind_and_nature(column, rule):
    item = an_item()

    with refused(f"invoicing_item_{rule}"):
        execute(f"UPDATE invoicing_item SET {column} = 'autre' WHERE id = %s", item.pk)


def test_the_history_of_an_item_is_written_once():
    an_item()

    with refused("invoicing_item_change_unchanged"):
        execute("UPDATE invoicing_itemchange SET about = 'rien'")
    with refused("invoicing_item_change_unchanged"):
        execute("DELETE FROM invoicing_itemchange")
    settle()
    with refused("invoicing_item_change_unchanged"):
        execute("TRUNCATE invoicing_itemchange")
