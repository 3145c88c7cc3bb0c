"""Which days are open, and how they are shut."""

from datetime import date

import pytest

from ledger.models import PeriodLock
from ledger.services import DayInFuture, LockMovesForward, OpenDays, PeriodClosed, open_days, shut
from tests.factories import SiteFactory, op_under_way

BOOKS, TILL = PeriodLock.Scope.BOOKS, PeriodLock.Scope.TILL
JAN5 = date(2026, 1, 5)
JAN31 = date(2026, 1, 31)
FEB1 = date(2026, 2, 1)
FEB2 = date(2026, 2, 2)
FEB3 = date(2026, 2, 3)
FEB9 = date(2026, 2, 9)


def test_all_days_up_to_today_are_open_where_nothing_is_shut():
    days = OpenDays(books=None, till=None, today=FEB1)

    assert [days.has(day) for day in (JAN5, FEB1, FEB2)] == [True, True, False]
    assert days.latest == FEB1


def test_the_days_up_to_the_lock_date_are_closed():
    days = OpenDays(books=JAN31, till=None, today=FEB2)

    assert [days.has(day) for day in (JAN5, JAN31, FEB1, FEB2)] == [False, False, True, True]


def test_tomorrow_is_open_once_the_till_of_today_is_closed():
    days = OpenDays(books=None, till=FEB1, today=FEB1)

    assert [days.has(day) for day in (JAN31, FEB1, FEB2, FEB3)] == [False, False, True, False]
    assert days.latest == FEB2


def test_a_till_closed_yesterday_leaves_today_as_the_last_day():
    days = OpenDays(books=None, till=JAN31, today=FEB1)

    assert days.latest == FEB1


def test_a_till_closed_ahead_opens_no_day_after_tomorrow():
    days = OpenDays(books=None, till=FEB9, today=FEB1)

    assert days.latest == FEB2
    assert not days.has(FEB2)


@pytest.mark.parametrize(
    ("books", "till", "day", "refusal", "message"),
    [
        (JAN31, None, JAN31, PeriodClosed, "La comptabilité est verrouillée jusqu’au 31/01/2026."),
        (JAN5, JAN31, JAN31, PeriodClosed, "La caisse est clôturée jusqu’au 31/01/2026."),
        (None, None, FEB3, DayInFuture, "La date ne peut pas être après le 02/02/2026."),
        (None, FEB2, date(2026, 2, 4), DayInFuture, "La date ne peut pas être après le 03/02/2026."),
    ],
)
def test_a_closed_day_is_refused_with_the_reason(books, till, day, refusal, message):
    with pytest.raises(refusal) as refused:
        OpenDays(books=books, till=till, today=FEB2).check(day)

    assert refused.value.message == message
    assert refused.value.field == "day"


def test_an_open_day_is_not_refused():
    OpenDays(books=JAN5, till=JAN31, today=FEB2).check(FEB1)


def test_the_first_day_to_post_on_is_the_one_wanted_or_the_latest():
    days = OpenDays(books=None, till=JAN31, today=FEB2)

    assert days.first_from(FEB1) == FEB1
    assert days.first_from(JAN31) == FEB2


def test_there_is_no_first_day_to_post_on_where_today_is_locked_too():
    with pytest.raises(PeriodClosed):
        OpenDays(books=FEB2, till=None, today=FEB2).first_from(FEB1)


def test_the_first_unlocked_day_is_the_one_wanted_or_that_after_the_lock_date():
    assert OpenDays(books=None, till=None, today=FEB2).unlocked_from(JAN5) == JAN5
    assert OpenDays(books=JAN31, till=None, today=FEB2).unlocked_from(JAN5) == FEB1
    assert OpenDays(books=JAN31, till=None, today=FEB2).unlocked_from(FEB2) == FEB2


def test_the_open_days_are_those_of_the_operation_and_the_locks(db):
    site = SiteFactory()
    shut(BOOKS, JAN5)
    shut(TILL, JAN31, site=site)
    operation = op_under_way(FEB2)

    assert open_days(operation) == OpenDays(books=JAN5, till=None, today=FEB2)
    assert open_days(operation, site=site) == OpenDays(books=JAN5, till=None, today=FEB2)
    assert open_days(operation, site=site, till=True) == OpenDays(books=JAN5, till=JAN31, today=FEB2)
    assert open_days(operation, till=True) == OpenDays(books=JAN5, till=None, today=FEB2)


def test_a_site_gets_its_lock_when_it_first_takes_money(db):
    site = SiteFactory()

    open_days(op_under_way(FEB2), site=site, till=True)

    assert PeriodLock.objects.get(scope=TILL, site=site).through is None


def test_a_lock_moves_forward_and_may_stay(db):
    shut(BOOKS, JAN5)
    shut(BOOKS, JAN31)

    assert shut(BOOKS, JAN31).through == JAN31


def test_a_lock_does_not_move_back(db):
    shut(TILL, JAN31)

    with pytest.raises(LockMovesForward, match="déjà close jusqu’au 31/01/2026"):
        shut(TILL, JAN5)


def test_a_lock_says_what_it_shuts(db):
    assert str(PeriodLock.objects.get(scope=BOOKS)) == "Comptabilité ouverte"
    assert str(shut(TILL, JAN31)) == "Caisse 2026-01-31"
