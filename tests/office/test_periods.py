"""The preset periods, on days that are hard for them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.periods import Period, PeriodReversed, Preset, period_of

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("today", "preset", "start", "end"),
    [
        # 15 January 2026, a Thursday: last year's months
        ("2026-01-15", Preset.LAST_MONTH, "2025-12-01", "2025-12-31"),
        ("2026-01-15", Preset.THIS_MONTH, "2026-01-01", "2026-01-15"),
        ("2026-01-15", Preset.LAST_WEEK, "2026-01-05", "2026-01-11"),
        ("2026-01-15", Preset.THIS_WEEK, "2026-01-12", "2026-01-15"),
        ("2026-01-15", Preset.LAST_3_MONTHS, "2025-10-01", "2026-01-15"),
        ("2026-01-15", Preset.LAST_6_MONTHS, "2025-07-01", "2026-01-15"),
        # 5 January 2026, a Monday
        ("2026-01-05", Preset.THIS_MONTH, "2026-01-01", "2026-01-05"),
        ("2026-01-05", Preset.THIS_WEEK, "2026-01-05", "2026-01-05"),
        ("2026-01-05", Preset.LAST_WEEK, "2025-12-29", "2026-01-04"),
        ("2026-01-05", Preset.LAST_MONTH, "2025-12-01", "2025-12-31"),
        ("2026-01-05", Preset.LAST_3_MONTHS, "2025-10-01", "2026-01-05"),
        ("2026-01-05", Preset.LAST_6_MONTHS, "2025-07-01", "2026-01-05"),
        # 5 March 2026, a Thursday, and 9 March, a Monday: from Monday until now, and the seven days before that
        ("2026-03-05", Preset.THIS_WEEK, "2026-03-02", "2026-03-05"),
        ("2026-03-05", Preset.LAST_WEEK, "2026-02-23", "2026-03-01"),
        ("2026-03-09", Preset.THIS_WEEK, "2026-03-09", "2026-03-09"),
        ("2026-03-09", Preset.LAST_WEEK, "2026-03-02", "2026-03-08"),
        # 1 January 2027, a Friday
        ("2027-01-01", Preset.THIS_MONTH, "2027-01-01", "2027-01-01"),
        ("2027-01-01", Preset.LAST_MONTH, "2026-12-01", "2026-12-31"),
        ("2027-01-01", Preset.THIS_WEEK, "2026-12-28", "2027-01-01"),
        ("2027-01-01", Preset.LAST_WEEK, "2026-12-21", "2026-12-27"),
        ("2027-01-01", Preset.LAST_3_MONTHS, "2026-10-01", "2027-01-01"),
        # a Sunday is the last day of its week
        ("2026-01-11", Preset.THIS_WEEK, "2026-01-05", "2026-01-11"),
        ("2026-01-11", Preset.LAST_WEEK, "2025-12-29", "2026-01-04"),
        # 31 March, after a month without a 31st
        ("2026-03-31", Preset.LAST_MONTH, "2026-02-01", "2026-02-28"),
        ("2026-03-31", Preset.THIS_MONTH, "2026-03-01", "2026-03-31"),
        ("2026-03-31", Preset.LAST_3_MONTHS, "2025-12-01", "2026-03-31"),
        ("2026-03-31", Preset.LAST_6_MONTHS, "2025-09-01", "2026-03-31"),
        # leap years
        ("2028-03-31", Preset.LAST_MONTH, "2028-02-01", "2028-02-29"),
        ("2028-02-29", Preset.THIS_MONTH, "2028-02-01", "2028-02-29"),
        ("2028-02-29", Preset.LAST_MONTH, "2028-01-01", "2028-01-31"),
        ("2028-02-29", Preset.LAST_6_MONTHS, "2027-08-01", "2028-02-29"),
        ("2028-02-29", Preset.LAST_3_MONTHS, "2027-11-01", "2028-02-29"),
        ("2028-03-01", Preset.LAST_WEEK, "2028-02-21", "2028-02-27"),
        ("2028-03-01", Preset.THIS_WEEK, "2028-02-28", "2028-03-01"),
        # December
        ("2026-12-31", Preset.LAST_3_MONTHS, "2026-09-01", "2026-12-31"),
        ("2026-12-31", Preset.LAST_6_MONTHS, "2026-06-01", "2026-12-31"),
    ],
)
def test_presets_of_a_day(today, preset, start, end):
    period = period_of(preset, date.fromisoformat(today))

    assert period == Period(date.fromisoformat(start), date.fromisoformat(end))


def test_since_the_beginning_has_no_bounds():
    assert period_of(Preset.ALL, date(2026, 1, 15)) == Period(None, None)


@given(today=DAYS)
def test_weeks_begin_on_monday_and_follow_each_other(today):
    last = period_of(Preset.LAST_WEEK, today)
    this = period_of(Preset.THIS_WEEK, today)

    assert (last.start.weekday(), last.end.weekday(), (last.end - last.start).days) == (0, 6, 6)
    assert (this.start - last.end).days == 1
    assert today in this
    assert today not in last


@given(today=DAYS)
def test_months_begin_on_the_first_and_follow_each_other(today):
    last = period_of(Preset.LAST_MONTH, today)
    this = period_of(Preset.THIS_MONTH, today)
    three = period_of(Preset.LAST_3_MONTHS, today)
    six = period_of(Preset.LAST_6_MONTHS, today)

    assert {period.start.day for period in (last, this, three, six)} == {1}
    assert (this.start - last.end).days == 1
    assert this.end == three.end == six.end == today
    assert last.start in three
    assert three.start in six


def test_a_preset_takes_its_code():
    assert period_of(Preset("last_month"), date(2026, 1, 15)).start == date(2025, 12, 1)


def test_presets_are_those_of_the_front_desk():
    assert Preset.labels == [
        "Le mois en cours",
        "Le mois dernier",
        "Cette semaine",
        "La semaine dernière",
        "Les 3 derniers mois",
        "Les 6 derniers mois",
        "Depuis le début",
    ]


def test_a_period_holds_its_first_and_last_day():
    period = Period(date(2026, 1, 5), date(2026, 1, 7))

    assert [day for day in range(4, 9) if date(2026, 1, day) in period] == [5, 6, 7]


def test_a_period_may_be_open_on_either_side():
    assert date(1990, 1, 1) in Period(None, date(2026, 1, 7))
    assert date(2026, 1, 8) not in Period(None, date(2026, 1, 7))
    assert date(2090, 1, 1) in Period(date(2026, 1, 7), None)
    assert date(2026, 1, 6) not in Period(date(2026, 1, 7), None)
    assert date(2026, 1, 6) in Period()


def test_a_period_of_one_day():
    assert date(2026, 1, 5) in Period(date(2026, 1, 5), date(2026, 1, 5))


def test_a_period_that_ends_before_it_starts_is_refused():
    with pytest.raises(PeriodReversed) as refusal:
        Period(date(2026, 1, 6), date(2026, 1, 5))

    assert refusal.value.field == "end"
    assert refusal.value.message == (
        "La période finit le 05/01/2026, avant de commencer\u00a0: elle commence le 06/01/2026."
    )


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (Period(date(2026, 1, 5), date(2026, 2, 7)), "du 05/01/2026 au 07/02/2026"),
        (Period(None, date(2026, 2, 7)), "jusqu’au 07/02/2026"),
        (Period(date(2026, 1, 5), None), "depuis le 05/01/2026"),
        (Period(), "depuis le début"),
    ],
)
def test_a_period_in_words(period, words):
    assert str(period) == words
