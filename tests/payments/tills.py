"""The closing of tills, as the tests of it speak of it."""

from datetime import date, timedelta
from decimal import Decimal

from ledger.models import Operation
from payments.services import Counted, close_till
from tests.factories import UserFactory, op

DAY = date(2026, 3, 2)
NEXT = DAY + timedelta(days=1)


def closing_op(day, **fields):
    return op(day, Operation.Kind.CLOSING, user=fields.pop("user", None) or UserFactory(), **fields)


def close(through, cash, *, site=None, today=None, **counted):
    return close_till(
        site=site, through=through, counted=Counted(Decimal(cash), **counted), op=closing_op(today or through)
    )
