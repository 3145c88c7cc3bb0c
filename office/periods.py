"""Periods of days, and the presets that lists and statements offer."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices

from office.errors import SoldeError


class PeriodReversed(SoldeError):
    """A period that ends before it starts."""

    field = "end"

    def __init__(self, start: date, end: date) -> None:
        super().__init__(
            f"La période finit le {end:%d/%m/%Y}, avant de commencer\u00a0: elle commence le {start:%d/%m/%Y}."
        )


class Preset(TextChoices):
    """The periods that one click chooses; free dates are a Period of their own."""

    THIS_MONTH = "this_month", "Le mois en cours"
    LAST_MONTH = "last_month", "Le mois dernier"
    THIS_WEEK = "this_week", "Cette semaine"
    LAST_WEEK = "last_week", "La semaine dernière"
    LAST_3_MONTHS = "last_3_months", "Les 3 derniers mois"
    LAST_6_MONTHS = "last_6_months", "Les 6 derniers mois"
    ALL = "all", "Depuis le début"


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `start` to `end`, both included; None where there is no such bound.

    Raises PeriodReversed if it ends before it starts.
    """

    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        if self.start and self.end and self.end < self.start:
            raise PeriodReversed(self.start, self.end)

    def __contains__(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def __str__(self) -> str:
        match self.start, self.end:
            case None, None:
                return "depuis le début"
            case None, end:
                return f"jusqu’au {end:%d/%m/%Y}"
            case start, None:
                return f"depuis le {start:%d/%m/%Y}"
            case start, end:
                return f"du {start:%d/%m/%Y} au {end:%d/%m/%Y}"


def period_of(preset: Preset, today: date) -> Period:
    """Give the period of a preset as it stands today.

    « Cette semaine » and « Le mois en cours » end today, « La semaine dernière » is the Monday to Sunday
    before, « Le mois dernier » a whole month; « Les 3 (6) derniers mois » are the 3 (6) whole months before
    and what has passed of this one. « Depuis le début » has no bounds.
    Source: rules, « Preset periods ».
    """
    monday = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    return {
        Preset.THIS_MONTH: Period(month, today),
        Preset.LAST_MONTH: Period(_months_before(month, 1), month - timedelta(days=1)),
        Preset.THIS_WEEK: Period(monday, today),
        Preset.LAST_WEEK: Period(monday - timedelta(days=7), monday - timedelta(days=1)),
        Preset.LAST_3_MONTHS: Period(_months_before(month, 3), today),
        Preset.LAST_6_MONTHS: Period(_months_before(month, 6), today),
        Preset.ALL: Period(),
    }[preset]


def _months_before(month: date, count: int) -> date:
    """Give the first day of the month `count` months before `month`, itself a first day."""
    year, zero_based = divmod(month.year * 12 + month.month - 1 - count, 12)
    return date(year, zero_based + 1, 1)
