"""Invariant 4: our numbers are unique, gapless and never run against the dates, per series and year."""

from datetime import date, timedelta
from threading import Barrier, Lock

import pytest
from django.db import IntegrityError, OperationalError, transaction

from ledger import queries, services
from ledger.models import ClientAccount, Document, Journal, Kind, Series
from ledger.services import DateBeforeLast, Part
from tests.factories import SiteFactory, account, credit_note_entry, invoice_entry, op_under_way
from tests.helpers import copy_in, execute, insert, refused, run_together
from tests.invariants.raw import raw_client_line, raw_document, raw_entry, unused

JAN5 = date(2026, 1, 5)
JAN10 = date(2026, 1, 10)


@pytest.fixture
def op(db):
    return op_under_way(JAN10)


@pytest.fixture
def taken_over(op):
    """An invoice of another program, of no series."""
    return invoice_entry(account(), "100.00", JAN5)


@pytest.fixture
def first(taken_over):
    """FAC-2026-00001, of 5 January."""
    return invoice_entry(taken_over.account, "100.00", JAN5, ours=True)


def test_a_series_begins_with_1(taken_over, op):
    with refused("ledger_4_gapless"):
        insert("ledger_document", **raw_document(taken_over, op, number=2, reference="FAC-2026-00002"))


def test_a_number_is_not_left_out(first, op):
    with refused("ledger_4_gapless"):
        insert("ledger_document", **raw_document(first, op, number=3, reference="FAC-2026-00003"))


def test_a_number_is_not_left_out_by_copy(first, op):
    with refused("ledger_4_gapless"):
        copy_in(
            "ledger_document",
            raw_document(first, op, number=2, reference="FAC-2026-00002"),
            raw_document(first, op, number=4, reference="FAC-2026-00004"),
        )


def test_a_number_is_not_given_twice(first, op):
    with refused("ledger_4_number_once"):
        insert("ledger_document", **raw_document(first, op, reference="FAC-2026-1"))


def test_a_reference_is_not_given_twice(taken_over, op):
    with refused("ledger_4_reference_once"):
        insert(
            "ledger_document",
            **raw_document(
                taken_over, op, reference=taken_over.document.reference, series_id=None, year=None, number=None
            ),
        )


def test_a_number_does_not_bear_a_day_before_the_one_before_it(first, op):
    with refused("ledger_4_gapless"):
        earlier = date(2026, 1, 4)
        insert("ledger_document", **raw_document(first, op, number=2, reference="FAC-2026-00002", day=earlier))


def test_numbers_of_one_statement_do_not_run_against_the_dates(first, op):
    with refused("ledger_4_gapless"):
        copy_in(
            "ledger_document",
            raw_document(first, op, number=2, reference="FAC-2026-00002", day=JAN10),
            raw_document(first, op, number=3, reference="FAC-2026-00003", day=JAN5),
        )


def test_a_number_may_bear_the_day_of_the_one_before_it(first, op):
    insert("ledger_document", **raw_document(first, op, number=2, reference="FAC-2026-00002"))

    assert queries.last_numbered(Series.objects.get(prefix="FAC"), 2026).number == 2


@pytest.mark.parametrize("number", [0, None])
def test_a_number_is_at_least_1(taken_over, op, number):
    with refused("ledger_4_number_whole"):
        insert("ledger_document", **raw_document(taken_over, op, number=number, reference="FAC-2026-00000"))


@pytest.mark.parametrize(
    "columns",
    [
        {"series_id": None},
        {"year": None},
        {"number": None},
        {"series_id": None, "year": None},
        {"series_id": None, "number": None},
        {"year": None, "number": None},
        {"year": 2025},
    ],
)
def test_a_number_goes_with_its_series_and_the_year_of_its_day(taken_over, op, columns):
    with refused("ledger_4_number_whole"):
        insert("ledger_document", **raw_document(taken_over, op, **columns))


@pytest.mark.parametrize(
    "columns",
    [
        {"kind": "payment"},
        {"kind": "credit_note"},
        {"reference": "FAC-2026-00002"},
        {"reference": "FAC-2026-1"},
        {"reference": "AV-2026-00001"},
    ],
)
def test_a_document_is_of_the_kind_and_reference_of_its_number(taken_over, op, columns):
    with refused("ledger_4_number_of_series"):
        insert("ledger_document", **raw_document(taken_over, op, **columns))


def test_a_site_does_not_take_numbers_of_another_site(taken_over, op):
    here, there = SiteFactory(), SiteFactory()
    own = insert("ledger_series", kind="invoice", site_id=here.pk, prefix="NORD")
    columns = {"series_id": own, "reference": "NORD-2026-00001"}

    with refused("ledger_4_number_of_series"):
        insert("ledger_document", **raw_document(taken_over, op, **columns, site_id=there.pk))
    with refused("ledger_4_number_of_series"):
        insert("ledger_document", **raw_document(taken_over, op, **columns))
    insert("ledger_document", **raw_document(taken_over, op, **columns, site_id=here.pk))


def test_a_document_does_not_come_before_its_series(taken_over, op):
    key = unused("ledger_series")

    with refused("ledger_4_number_of_series"):
        insert("ledger_document", **raw_document(taken_over, op, series_id=key))
        insert("ledger_series", id=key, kind="credit_note", site_id=SiteFactory().pk, prefix="FAC2")


def test_a_number_is_posted_on_its_day(first, op):
    with refused("ledger_4_entry_of_number"):
        raw_entry(first, op, JAN10)


def test_a_later_entry_of_a_number_moves_only_due_days(first, op):
    with refused("ledger_4_entry_of_number"):
        entry = raw_entry(first, op, JAN10, journal_id="OD")
        insert("ledger_line", **raw_client_line(entry, first, debit="10", day=JAN10))


def test_no_entry_comes_before_the_day_of_its_number(first, op):
    with refused("ledger_4_entry_of_number"):
        raw_entry(first, op, date(2026, 1, 4), journal_id="OD")


def test_an_entry_does_not_come_before_its_document(first, op):
    key = unused("ledger_document")

    with refused("ledger_4_entry_of_number"):
        raw_entry(first, op, JAN10, document_id=key)
        insert("ledger_document", **raw_document(first, op, id=key, number=2, reference="FAC-2026-00002"))


@pytest.mark.parametrize("reference", ["", "F|1", "F\n1", "F\t1"])
def test_a_reference_is_clean(taken_over, op, reference):
    with refused("ledger_4_reference_clean"):
        insert(
            "ledger_document",
            **raw_document(taken_over, op, reference=reference, series_id=None, year=None, number=None),
        )


def test_a_series_in_use_stays_as_it_is(first):
    with refused("ledger_4_series_fixed"):
        Series.objects.filter(prefix="FAC").update(prefix="FACT")


def test_there_is_one_series_for_a_kind_and_site(db):
    with refused("ledger_4_one_series_a_kind"):
        insert("ledger_series", kind="invoice", prefix="AUTRE")


def test_a_prefix_is_printable(db):
    with refused("ledger_4_prefix_printable"):
        insert("ledger_series", kind="invoice", site_id=SiteFactory().pk, prefix="F|")


def test_the_year_begins_anew_with_1(first):
    later = invoice_entry(first.account, "100.00", date(2027, 1, 2), ours=True)

    assert later.document.reference == "FAC-2027-00001"


def test_a_document_taken_over_uses_no_number(first):
    invoice_entry(first.account, "100.00", JAN10, reference="FAC-2001")

    following = invoice_entry(first.account, "100.00", JAN5, ours=True)

    assert following.document.reference == "FAC-2026-00002"


def test_a_rolled_back_number_is_given_again(first):
    with transaction.atomic():
        rolled_back = invoice_entry(first.account, "100.00", JAN10, ours=True)
        transaction.set_rollback(True)

    following = invoice_entry(first.account, "100.00", JAN5, ours=True)

    assert rolled_back.document.reference == following.document.reference == "FAC-2026-00002"


def test_the_service_refuses_a_day_before_the_last_number(first):
    invoice_entry(first.account, "100.00", JAN10, ours=True)

    with pytest.raises(DateBeforeLast, match=r"FAC-2026-00002 du 10/01/2026"):
        invoice_entry(first.account, "100.00", JAN5, ours=True)


# Eight desks at once


ISSUED = 200


class Counter:
    """Deals out tasks to threads."""

    def __init__(self, last: int) -> None:
        self.next, self.last, self.lock = 0, last, Lock()

    def __iter__(self):
        return self

    def __next__(self) -> int:
        with self.lock:
            if self.next == self.last:
                raise StopIteration
            self.next += 1
            return self.next


def issue_all(tasks: Counter, clients: list[ClientAccount]) -> int:
    """A desk: invoices and credit notes, each third first rolled back; answers how often its day came too late."""
    refusals = 0
    for task in tasks:
        make = credit_note_entry if task % 4 == 0 else invoice_entry
        if task % 3 == 0:
            with transaction.atomic():
                make(clients[task % 8], "10.00", JAN5 + timedelta(days=ISSUED), ours=True)
                transaction.set_rollback(True)
        day = JAN5 + timedelta(days=task // 20)
        while True:
            try:
                make(clients[task % 8], "10.00", day, ours=True)
            except DateBeforeLast:
                refusals += 1
                day += timedelta(days=1)
            else:
                break
    return refusals


def test_eight_desks_leave_no_gap_no_duplicate_and_no_date_that_falls(own_database):
    clients = [account() for _ in range(8)]
    tasks = Counter(ISSUED)

    outcomes = run_together(*[lambda: issue_all(tasks, clients)] * 8)

    assert all(isinstance(outcome, int) for outcome in outcomes), outcomes
    for kind, count in ((Document.Kind.INVOICE, 150), (Document.Kind.CREDIT_NOTE, 50)):
        numbered = Document.objects.filter(kind=kind).order_by("number")
        assert [document.number for document in numbered] == list(range(1, count + 1))
        days = [document.day for document in numbered]
        assert days == sorted(days)


def issue_after_looking(client: ClientAccount, met: Barrier) -> Document:
    """What `file_document` does, without the series' lock: look at the last number, then take the next."""
    fac = Series.objects.get(prefix="FAC")
    with transaction.atomic():
        operation = op_under_way(JAN5)
        services.lock(client)
        last = queries.last_numbered(fac, 2026)
        met.wait(10)
        document = Document.objects.create(
            kind=Document.Kind.INVOICE,
            reference=fac.reference(2026, last.number + 1),
            account=client,
            day=JAN5,
            series=fac,
            year=2026,
            number=last.number + 1,
            operation=operation,
        )
        parts = [Part("411", debit=10, kind=Kind.INVOICE), Part("706", credit=10)]
        services.post(document=document, journal=Journal.Kind.SALES, parts=parts, op=operation)
        return document


def test_without_the_series_lock_all_desks_but_one_run_into_the_database(own_database):
    clients = [account() for _ in range(8)]
    invoice_entry(clients[0], "10.00", JAN5, ours=True)
    met = Barrier(8)

    outcomes = run_together(*[lambda client=client: issue_after_looking(client, met) for client in clients])

    refusals = [outcome for outcome in outcomes if isinstance(outcome, IntegrityError)]
    assert len(refusals) == 7
    assert {refusal.__cause__.diag.constraint_name for refusal in refusals} <= {
        "ledger_4_number_once",
        "ledger_4_reference_once",
    }
    assert [document.number for document in Document.objects.order_by("number")] == [1, 2]


def test_a_number_waits_for_the_one_before_it_and_takes_its_place_when_that_is_rolled_back(own_database):
    client, other = account(), account()
    invoice_entry(client, "10.00", JAN5, ours=True)
    taken, seen = Barrier(2), Barrier(2)

    def rolled_back() -> None:
        with transaction.atomic():
            assert invoice_entry(client, "10.00", JAN10, ours=True).document.number == 2
            taken.wait(10)
            seen.wait(10)
            transaction.set_rollback(True)

    def after() -> int:
        taken.wait(10)
        execute("SET lock_timeout = '200ms'")
        with pytest.raises(OperationalError, match="lock timeout"):
            invoice_entry(other, "10.00", JAN5, ours=True)
        execute("SET lock_timeout = 0")
        seen.wait(10)
        return invoice_entry(other, "10.00", JAN5, ours=True).document.number

    assert run_together(rolled_back, after) == [None, 2]
