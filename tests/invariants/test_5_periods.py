"""Invariant 5: nothing bears a day that is locked, and no money one of a closed till; both only move forward."""

from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier, Event

import pgtrigger
import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from ledger import services
from ledger.models import ClientAccount, Document, Entry, Journal, Kind, Line, OpenItem, PeriodLock
from ledger.services import OpenDays, Part, PeriodClosed, open_days, shut
from office.models import Site
from tests.factories import SiteFactory, account, allocate, invoice_entry, op_under_way, payment_entry, posted, reverse
from tests.helpers import copy_in, execute, insert, refused, run_together, settle
from tests.invariants.raw import raw_allocation, raw_client_line, raw_entry, raw_line, unused

BOOKS, TILL = PeriodLock.Scope.BOOKS, PeriodLock.Scope.TILL
JAN5 = date(2026, 1, 5)
JAN30 = date(2026, 1, 30)
JAN31 = date(2026, 1, 31)
FEB1 = date(2026, 2, 1)
FEB2 = date(2026, 2, 2)
FEB3 = date(2026, 2, 3)


@pytest.fixture
def op(db):
    """An operation of 1 February."""
    return op_under_way(FEB1)


@pytest.fixture
def invoice(op):
    """An invoice of 100.00 of 5 January."""
    return invoice_entry(account(), "100.00", JAN5)


@pytest.fixture
def payment(invoice):
    """A payment of 70.00 of 5 January by the same client."""
    return payment_entry(invoice.account, "70.00", JAN5)


@pytest.fixture
def locked(invoice, payment):
    """The books are locked up to 31 January."""
    shut(BOOKS, JAN31)


# The lock date


@pytest.mark.parametrize("day", [JAN5, JAN30, JAN31])
def test_no_entry_bears_a_locked_day(locked, invoice, op, day):
    with refused("ledger_5_books_locked"):
        raw_entry(invoice, op, day)


def test_an_entry_may_bear_the_first_day_after(locked, invoice, op):
    entry = raw_entry(invoice, op, FEB1)
    copy_in(
        "ledger_line",
        raw_client_line(entry, invoice, debit="10.00", day=FEB1),
        raw_line(entry, invoice, credit="10.00", day=FEB1),
    )
    settle()

    assert Entry.objects.get(pk=entry).day == FEB1


def test_no_entry_of_several_bears_a_locked_day(locked, invoice, op):
    columns = "journal_id, document_id, operation_id, day, currency, label"

    with refused("ledger_5_books_locked"):
        execute(
            f"INSERT INTO ledger_entry ({columns})"
            f" SELECT journal_id, document_id, {op.pk}, d.day, currency, label"
            " FROM ledger_entry, (VALUES (DATE '2026-02-01'), (DATE '2026-01-31')) d (day)"
            f" WHERE id = {invoice.line.entry_id}",
        )


def test_no_entry_is_copied_into_a_locked_day(locked, invoice, op):
    with refused("ledger_5_books_locked"):
        copy_in(
            "ledger_entry",
            {
                "journal_id": "VE",
                "document_id": invoice.document_id,
                "operation_id": op.pk,
                "day": JAN31,
                "currency": "EUR",
                "label": "Attaque",
            },
        )


def test_no_entry_bears_a_locked_day_with_triggers_ignored(locked, invoice, op):
    with pgtrigger.ignore(), refused("ledger_5_books_locked"):
        raw_entry(invoice, op, JAN31)


def test_no_allocation_bears_a_locked_day(locked, invoice, payment, op):
    with refused("ledger_5_books_locked"):
        insert("ledger_allocation", **raw_allocation(invoice, payment, op, "70.00", day=JAN31))


def test_an_allocation_of_old_lines_may_bear_the_first_day_after(locked, invoice, payment, op):
    insert("ledger_allocation", **raw_allocation(invoice, payment, op, "70.00", day=FEB1))

    invoice.refresh_from_db()
    assert invoice.open == Decimal("30.00")


def test_no_detach_bears_a_locked_day(invoice, payment, op):
    allocation = allocate(invoice, payment, "70.00", JAN5)
    shut(BOOKS, JAN31)
    detach = "UPDATE ledger_allocation SET detached_by_id = %s, detached_on = %s WHERE id = %s"

    with refused("ledger_5_books_locked"):
        execute(detach, op.pk, JAN31, allocation.pk)
    execute(detach, op.pk, FEB1, allocation.pk)


def test_the_services_tell_a_locked_day(locked, invoice, payment):
    with pytest.raises(PeriodClosed, match="verrouillée jusqu’au 31/01/2026"):
        payment_entry(invoice.account, "10.00", JAN31, today=FEB1)
    with pytest.raises(PeriodClosed, match="verrouillée jusqu’au 31/01/2026"):
        allocate(invoice, payment, "10.00", JAN31)


@pytest.mark.parametrize("through", [JAN30, None])
@pytest.mark.parametrize("scope", [BOOKS, TILL])
def test_a_lock_does_not_move_back(db, scope, through):
    shut(scope, JAN31)

    with refused("ledger_5_lock_moves_forward"):
        PeriodLock.objects.filter(scope=scope).update(through=through)


def test_a_lock_moves_forward(db):
    shut(BOOKS, JAN30)

    shut(BOOKS, JAN31)

    assert PeriodLock.objects.get(scope=BOOKS).through == JAN31


@pytest.mark.parametrize("change", ["scope = 'x'", "id = id + 1000000", "site_id = {site}"])
def test_a_lock_does_not_become_another(db, change):
    shut(TILL, JAN31)
    site = SiteFactory()

    with refused("ledger_5_lock_moves_forward"):
        execute(f"UPDATE ledger_periodlock SET {change.format(site=site.pk)} WHERE scope = 'till'")


def test_there_is_one_lock_of_the_books(db):
    with refused("ledger_5_one_lock_a_site"):
        insert("ledger_periodlock", scope="books")
    with refused("ledger_5_books_have_no_site"):
        insert("ledger_periodlock", scope="books", site_id=SiteFactory().pk)


# Days to come


def test_an_entry_may_bear_tomorrow(invoice, op):
    with refused("ledger_1_entry_has_lines"):  # nothing but that it is empty
        raw_entry(invoice, op, FEB2)
        settle()


def test_no_entry_bears_the_day_after_tomorrow(invoice, op):
    with refused("ledger_5_entry_day"):
        raw_entry(invoice, op, FEB3)


def test_an_entry_does_not_come_before_its_operation(invoice, op):
    key = unused("ledger_operation")

    with refused("ledger_5_entry_day"):
        raw_entry(invoice, op, FEB3, operation_id=key)
        insert("ledger_operation", id=key, kind="import", at=op.at, day=FEB1, reason="", digest="", result_model="")


def test_no_detach_bears_the_day_after_tomorrow(invoice, payment, op):
    allocation = allocate(invoice, payment, "70.00", JAN5)
    detach = "UPDATE ledger_allocation SET detached_by_id = %s, detached_on = %s WHERE id = %s"

    with refused("ledger_5_detach_day"):
        execute(detach, op.pk, FEB3, allocation.pk)
    with refused("ledger_5_detach_day"):
        execute(detach, unused("ledger_operation"), FEB2, allocation.pk)
    execute(detach, op.pk, FEB2, allocation.pk)


# The till


def post_raw(kind: str, like: OpenItem, op, day: date, site: Site | None) -> None:
    entry = raw_entry(like, op, day, site_id=site and site.pk)
    copy_in(
        "ledger_line",
        raw_client_line(entry, like, credit="10.00", kind=kind, day=day),
        raw_line(entry, like, debit="10.00", day=day),
    )
    settle()


@pytest.mark.parametrize("kind", ["payment", "refund", "incident"])
@pytest.mark.parametrize("day", [JAN30, JAN31])
def test_no_money_bears_a_day_of_a_closed_till(invoice, op, kind, day):
    site = SiteFactory()
    shut(TILL, JAN31, site=site)

    with refused("ledger_5_till_closed"):
        post_raw(kind, invoice, op, day, site)


@pytest.mark.parametrize("kind", ["payment", "refund", "incident"])
def test_without_site_is_a_till_of_its_own(invoice, op, kind):
    site = SiteFactory()
    shut(TILL, JAN31)

    with refused("ledger_5_till_closed"):
        post_raw(kind, invoice, op, JAN31, None)
    post_raw(kind, invoice, op, JAN31, site)


@pytest.mark.parametrize("kind", ["invoice", "credit_note", "fee", "opening", "write_off", "reschedule"])
def test_what_is_no_money_may_bear_a_day_of_a_closed_till(invoice, op, kind):
    site = SiteFactory()
    shut(TILL, JAN31, site=site)

    post_raw(kind, invoice, op, JAN31, site)

    assert Line.objects.filter(kind=kind, day=JAN31).exists()


def test_another_site_is_not_closed(invoice, op):
    shut(TILL, JAN31, site=SiteFactory())

    post_raw("payment", invoice, op, JAN31, SiteFactory())

    assert Line.objects.filter(kind="payment", day=JAN31).exists()


def test_a_reversal_does_not_bear_a_day_of_a_closed_till(invoice, payment):
    shut(TILL, JAN31)

    with refused("ledger_5_till_closed"):
        reverse(payment, JAN31)
    reverse(payment, FEB1)


def test_the_service_tells_a_closed_till(invoice, payment):
    shut(TILL, JAN31)

    with pytest.raises(PeriodClosed, match="clôturée jusqu’au 31/01/2026"):
        payment_entry(invoice.account, "10.00", JAN31, today=FEB1)


# A desk takes money for the day while another closes it


def shared(op) -> OpenDays:
    return open_days(op, till=True)


def merely_read(op) -> OpenDays:
    """What is open, without sharing the rows that tell."""
    return OpenDays(books=None, till=PeriodLock.objects.get(scope=TILL, site=None).through, today=op.day)


def take(client: ClientAccount, look, seen: Event, closed: Event) -> Document:
    """A desk that looks what is open, and posts once the till is closed, if that doesn't wait for it."""
    with transaction.atomic():
        operation = op_under_way(JAN31)
        services.lock(client)
        look(operation).check(JAN31)
        seen.set()
        closed.wait(0.3)
        parts = [Part("411", credit=Decimal("80.00"), kind=Kind.PAYMENT), Part("512", debit=Decimal("80.00"))]
        document = services.file_document(kind=Document.Kind.PAYMENT, account=client, day=JAN31, op=operation)
        services.post(document=document, journal=Journal.Kind.BANK, parts=parts, op=operation)
        return document


def close(day: date) -> Decimal:
    """Close the till; answers the total of its payments, that of its Z."""
    with transaction.atomic():
        shut(TILL, day)
        taken = Line.objects.filter(kind=Kind.PAYMENT, day__lte=day, entry__site=None)
        return taken.aggregate(sum=Sum("credit", default=Decimal(0)))["sum"]


def desk_and_closing(look) -> list:
    client, seen, closed = account(), Event(), Event()

    def close_once_the_desk_has_looked() -> Decimal:
        seen.wait(10)
        total = close(JAN31)
        closed.set()
        return total

    return run_together(lambda: take(client, look, seen, closed), close_once_the_desk_has_looked)


def test_a_payment_of_a_desk_that_looked_first_is_in_the_closing(own_database):
    taken, total = desk_and_closing(shared)

    assert isinstance(taken, Document)
    assert total == Decimal("80.00")


def test_without_sharing_the_lock_the_desk_runs_into_the_database(own_database):
    taken, total = desk_and_closing(merely_read)

    assert isinstance(taken, IntegrityError)
    assert taken.__cause__.diag.constraint_name == "ledger_5_till_closed"
    assert total == 0


def test_a_payment_is_in_the_closing_or_refused_and_never_missing(own_database):
    client = account()
    days = [JAN5 + timedelta(days=n) for n in range(40)]
    start = Barrier(2)

    def takes() -> list[bool]:
        taken = []
        for day in days:
            start.wait(10)
            try:
                payment_entry(client, "80.00", day)
            except PeriodClosed:
                taken.append(False)
            else:
                taken.append(True)
        return taken

    def closes() -> list[Decimal]:
        totals = []
        for day in days:
            start.wait(10)
            totals.append(close(day))
        return totals

    taken, totals = run_together(takes, closes)

    in_closings = [after > before for before, after in zip([Decimal(0), *totals], totals, strict=False)]
    assert in_closings == taken
    client.refresh_from_db()
    assert client.open_credit == totals[-1] == 80 * sum(taken)


def test_a_till_never_seen_before_is_locked_too(own_database):
    client, site = account(), SiteFactory()

    def takes() -> Document | Exception:
        return posted(
            client,
            Document.Kind.PAYMENT,
            [Part("411", credit=Decimal("80.00"), kind=Kind.PAYMENT), Part("512", debit=Decimal("80.00"))],
            JAN31,
            journal=Journal.Kind.BANK,
            site=site,
        ).entry

    def closes() -> Decimal:
        with transaction.atomic():
            shut(TILL, JAN31, site=site)
            taken = Line.objects.filter(kind=Kind.PAYMENT, entry__site=site)
            return taken.aggregate(sum=Sum("credit", default=Decimal(0)))["sum"]

    taken, total = run_together(takes, closes)

    assert (total == Decimal("80.00")) == isinstance(taken, Entry)
    assert isinstance(taken, Entry | PeriodClosed)
    assert PeriodLock.objects.get(scope=TILL, site=site).through == JAN31
