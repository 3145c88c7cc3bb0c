"""Model fields for amounts: exact decimals beside a currency, or a Money with its own."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.expressions import Combinable
from djmoney.models import fields
from djmoney.money import Money

if TYPE_CHECKING:
    AnyDecimalField = models.DecimalField[str | Decimal | int | Combinable, Decimal]
else:
    AnyDecimalField = models.DecimalField

DIGITS = 14


class MoneyField(fields.MoneyField):
    """django-money's field, with the types that its values have."""

    if TYPE_CHECKING:
        _pyi_private_set_type: Money | Combinable  # type: ignore[assignment]
        _pyi_private_get_type: Money  # type: ignore[assignment]

        def __init__(self, label: str, **options: Any) -> None: ...


def amount_field(label: str, **options: Any) -> AnyDecimalField:
    """An exact amount in the currency that stands beside it, VAT included unless the name says otherwise."""
    return models.DecimalField(label, max_digits=DIGITS, decimal_places=2, **options)


def money_field(label: str, **options: Any) -> MoneyField:
    """An amount of a document in its currency."""
    return MoneyField(label, max_digits=DIGITS, decimal_places=2, default_currency="EUR", **options)
