"""A catalogue as tests speak of it: items by their name, with tariffs by theirs, made by the services."""

from datetime import date
from decimal import Decimal
from typing import Any

from invoicing.models import Item, Tariff
from invoicing.services import REVENUE, create_item

SINCE = date(2026, 1, 1)


def a_tariff(price: str = "42.00", name: str = "", **fields: Any) -> Tariff:
    """A tariff, not saved: VAT included, at 20 %, from SINCE on, unless said."""
    rate = Decimal(fields.pop("rate", "20"))
    return Tariff(**{"name": name, "price": Decimal(price), "vat_rate": rate, "valid_from": SINCE} | fields)


def an_item(name: str = "Consultation", *tariffs: Tariff | str, code: str = "", **fields: Any) -> Item:
    """An item with tariffs, or prices of the usual one."""
    nature = fields.get("nature", "service")
    item = Item(**{"name": name, "code": code, "account_id": REVENUE[nature]} | fields)
    return create_item(item, [a_tariff(one) if isinstance(one, str) else one for one in tariffs], by=None)
