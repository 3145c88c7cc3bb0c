from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError

from ledger.models import Document, Operation
from office.asking import ask
from office.inserting import Writing, insert
from office.models import Event, Site

pytestmark = pytest.mark.django_db


def operation(**fields) -> Operation:
    at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    return Operation(kind=Operation.Kind.DEPOSIT, at=at, day=date(2026, 3, 2), **fields)


def test_records_are_told_their_keys_in_order():
    sites = [Site(code="NORD", name="Nord"), Site(code="SUD", name="Sud", city="Aix")]

    assert insert(*sites)

    assert list(Site.objects.order_by("pk").values_list("pk", "code", "city")) == [
        (sites[0].pk, "NORD", ""),
        (sites[1].pk, "SUD", "Aix"),
    ]


def test_a_record_is_saved_again_as_one_that_was_read():
    site = Site(code="NORD", name="Nord")
    insert(site)

    site.name = "Nord-Est"
    site.save()

    assert Site.objects.get().name == "Nord-Est"


def test_what_the_database_gives_by_default_is_told():
    event = Event(kind=Event.Kind.START, detail={"version": "« 1 »", "changes": [1, None]})

    insert(event)

    kept = Event.objects.get()
    assert (event.pk, event.at, event.detail) == (kept.pk, kept.at, kept.detail)


def test_a_column_is_worked_out_by_the_database():
    op = operation()
    insert(op)
    document = Document(kind=Document.Kind.DEPOSIT, day=op.day, operation=op)

    insert(document, given={"reference": ("%s || upper(%s)", ["REM-", "é"])})

    assert (document.reference, Document.objects.get().reference) == ("REM-É", "REM-É")


def test_what_is_there_once_is_not_inserted_again():
    first, second = operation(key=uuid4()), operation()
    insert(first, once="key")
    second.key = first.key

    assert not insert(second, once="key")

    assert second.pk is None
    assert Operation.objects.get() == first


def test_records_that_point_to_each_other_are_written_in_one_trip(django_assert_num_queries):
    writing = Writing("ledger_document_code", Operation, Document)
    ask(writing.keys)
    op = operation()
    writing.insert(op)
    code = writing.draw("ledger_document_code")
    document = Document(kind=Document.Kind.DEPOSIT, day=op.day, operation=op, reference=f"REM-{code}")
    writing.insert(document)
    events = [Event(kind=Event.Kind.START), Event(kind=Event.Kind.START)]
    writing.insert(*events)

    with django_assert_num_queries(1):
        writing.send()

    assert Document.objects.get() == document
    assert document.operation == Operation.objects.get()
    assert [(event.pk, event.at) for event in events] == list(Event.objects.order_by("pk").values_list("pk", "at"))
    assert not document._state.adding


def test_a_key_that_was_not_drawn_is_not_there():
    writing = Writing(Site)
    ask(writing.keys)
    writing.insert(Site(code="NORD", name="Nord"))

    with pytest.raises(LookupError):
        writing.draw(Site)


def test_what_is_drawn_is_no_other_s():
    sites = [Site(code="NORD", name="Nord"), Site(code="SUD", name="Sud")]
    writing = Writing(Site, Site)
    ask(writing.keys)
    writing.insert(*sites)
    between = Site.objects.create(code="EST", name="Est")

    writing.send()

    assert between.pk > sites[1].pk > sites[0].pk
    assert Site.objects.count() == 3


def test_another_fault_is_raised():
    with pytest.raises(IntegrityError):
        insert(Operation(kind=Operation.Kind.DEPOSIT, day=date(2026, 3, 2)), once="key")
