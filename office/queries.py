"""Reads of the business and its dated settings."""

from datetime import date
from typing import Any

from office.models import Company, DatedSetting


def company() -> Company:
    """The business; one without a name as long as nobody named it."""
    return Company.objects.filter(pk=1).first() or Company(pk=1)


def setting(name: str, on: date, default: Any = None) -> Any:
    """The value of a dated setting on a day: that of the newest row in force, or the default."""
    rows = DatedSetting.objects.filter(name=name, valid_from__lte=on).order_by("-valid_from")
    newest = rows.values_list("value", flat=True).first()
    return default if newest is None else newest
