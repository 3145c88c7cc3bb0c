from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.utils import DataError

from ledger.models import OpenItem
from office.asking import Question, ask, records
from office.models import Event, Site
from tests.factories import account, invoice_entry

pytestmark = pytest.mark.django_db


def number(sql: str, *params: object) -> Question[int]:
    return Question(sql, params, lambda rows: int(rows[0][0]))


def test_several_questions_are_one_trip(django_assert_num_queries):
    first, second = number("SELECT %s + 1", 41), Question("VALUES (%s), (%s)", ["a ; b", "50 %"], list)

    with django_assert_num_queries(1):
        ask(first, second)

    assert (first.answer, second.answer) == (42, [("a ; b",), ("50 %",)])


def test_each_is_answered_after_the_ones_before_it():
    Site.objects.create(code="NORD", name="Nord")
    renamed = Question("UPDATE office_site SET name = %s WHERE code = 'NORD' RETURNING id", ["Lille"], len)
    read = records(Site, "WHERE code = %s", ["NORD"])

    ask(renamed, read)

    assert (renamed.answer, [site.name for site in read.answer]) == (1, ["Lille"])


def test_a_question_that_was_not_asked_has_no_answer():
    with pytest.raises(LookupError):
        _ = number("SELECT 1").answer


def test_what_one_is_refused_none_is_answered():
    first, second = number("SELECT 1"), number("SELECT 1 / 0")

    with pytest.raises(DataError), transaction.atomic():
        ask(first, second)

    with pytest.raises(LookupError):
        _ = second.answer


def test_records_are_those_that_a_query_set_reads():
    Event.objects.create(kind=Event.Kind.START, detail={"version": "« 1 »", "changes": [1, None]})
    on = account()
    invoice_entry(on, "120.00", date(2026, 3, 2))

    found = records(Event, "ORDER BY id", []).now() + records(OpenItem, "WHERE account_id = %s", [on.pk]).now()

    expected = [*Event.objects.order_by("pk"), *OpenItem.objects.filter(account=on)]
    assert [one.__dict__ | {"_state": None} for one in found] == [one.__dict__ | {"_state": None} for one in expected]
    assert isinstance(found[-1], OpenItem)
    assert found[-1].open == Decimal("120.00")
