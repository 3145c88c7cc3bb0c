"""The closing of months and years, once all their days are closed."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from office.models import Role
from payments.models import CashClosing
from payments.queries import late_periods
from payments.services import ClosedAlready, NotOver, check_closings, close_period
from tests.builders import a_client, pay
from tests.pages import at_work, text_of
from tests.payments.tills import DAY, NEXT, close, closing_op

pytestmark = pytest.mark.django_db

MONTH, YEAR = CashClosing.Period.MONTH, CashClosing.Period.YEAR


def seal(period, first, last, today):
    return close_period(period=period, site=None, first=first, last=last, op=closing_op(today))


def test_a_month_is_closed_when_all_its_days_are():
    pay(a_client(), DAY, "50", by="cash")
    close(DAY, "50")
    later = date(2026, 4, 2)
    assert late_periods([None], today=later) == []
    close(date(2026, 3, 31), "50", today=later)
    (march,) = late_periods([None], today=later)

    made = close_period(
        period=CashClosing.Period.MONTH, site=None, first=march.first, last=march.last, op=closing_op(later)
    )

    assert (str(made), made.total, made.perpetual, made.counted) == ("ZM-00001", 50, 50, 50)
    assert (late_periods([None], today=later), check_closings()) == ([], [])
    with pytest.raises(ClosedAlready):
        close_period(
            period=CashClosing.Period.MONTH, site=None, first=march.first, last=march.last, op=closing_op(later)
        )


def test_a_month_is_seen_before_it_is_closed(client):
    pay(a_client(), DAY, "50", by="cash")
    later = date(2026, 4, 2)
    close(date(2026, 3, 31), "50", today=later)
    books = at_work(client, role=Role.ACCOUNTANT)
    page = reverse("period_close", args=["sans", "month", "2026-03-01"])

    shown = text_of(books.get(page).content.decode())
    answer = books.post(page, {"key": str(uuid4())})

    assert "Espèces 1 50,00\u00a0€" in shown
    z = CashClosing.objects.get(period="month")
    assert answer.headers["Location"] == reverse("closing_detail", args=[z.pk])
    assert (z.since, z.through, z.total) == (date(2026, 3, 1), date(2026, 3, 31), 50)
    assert books.get(page).status_code == 404


def test_a_month_begins_with_the_float_and_adds_up_its_differences():
    buyer = a_client()
    pay(buyer, DAY, "50", by="cash")
    close(DAY, "149", opening=Decimal(100), reason="rendu de trop")
    pay(buyer, NEXT, "20", by="cash")
    close(date(2026, 3, 31), "169", today=date(2026, 4, 1))

    z = seal(MONTH, date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1))

    assert (z.opening, z.cash_in, z.expected, z.counted, z.difference) == (100, 70, 170, 169, -1)


def test_a_closing_that_goes_on_into_the_next_month_counts_in_each_its_own_days():
    buyer, april = a_client(), date(2026, 4, 1)
    pay(buyer, DAY, "50", by="cash")
    close(DAY, "50")
    pay(buyer, date(2026, 3, 31), "7", by="cash")
    pay(buyer, april, "20", by="cash")
    close(april + timedelta(days=1), "77", today=date(2026, 4, 2))
    pay(buyer, date(2026, 4, 30), "3", by="cash")
    close(date(2026, 4, 30), "80")

    first = seal(MONTH, date(2026, 3, 1), date(2026, 3, 31), date(2026, 5, 1))
    second = seal(MONTH, april, date(2026, 4, 30), date(2026, 5, 1))

    assert (first.total, first.counted, first.difference, first.perpetual) == (57, 57, 0, 57)
    assert (second.opening, second.total, second.counted, second.difference) == (57, 23, 80, 0)
    assert second.perpetual == 80
    assert check_closings() == []


def test_a_year_is_closed_when_all_its_days_are():
    pay(a_client(), DAY, "50", by="cash")
    close(DAY, "50")
    later = date(2027, 1, 2)
    with pytest.raises(NotOver):
        seal(YEAR, date(2026, 1, 1), date(2026, 12, 31), later)
    close(date(2026, 12, 31), "50", today=later)
    late = late_periods([None], today=later)

    z = seal(YEAR, late[-1].first, late[-1].last, later)

    assert [(one.period, str(one)) for one in late][-1] == ("year", "L’année 2026")
    assert (str(z), z.since, z.through, z.total) == ("ZA-00001", date(2026, 1, 1), date(2026, 12, 31), 50)
    assert (z.perpetual, check_closings()) == (50, [])
