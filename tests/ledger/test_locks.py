"""Locks are taken in one order everywhere, so that crossing operations wait for each other and never deadlock."""

from datetime import date
from decimal import Decimal
from threading import Barrier

from django.db import OperationalError, transaction

from ledger import queries, services, verify
from ledger.models import ClientAccount, Document, Journal, Kind
from ledger.pairing import Pair
from ledger.services import Part
from tests.factories import account, op_under_way
from tests.helpers import run_together

JAN5 = date(2026, 1, 5)
ROUNDS = 24


def invoice(client: ClientAccount, op) -> None:
    document = services.file_document(kind=Document.Kind.INVOICE, account=client, day=JAN5, op=op)
    parts = [Part("411", debit=Decimal("10.00"), kind=Kind.INVOICE), Part("706", credit=Decimal("10.00"))]
    services.post(document=document, journal=Journal.Kind.SALES, parts=parts, op=op)


def pay(client: ClientAccount, op, days) -> None:
    document = services.file_document(kind=Document.Kind.PAYMENT, account=client, day=JAN5, op=op)
    parts = [Part("411", credit=Decimal("10.00"), kind=Kind.PAYMENT), Part("512", debit=Decimal("10.00"))]
    money = services.post(document=document, journal=Journal.Kind.BANK, parts=parts, op=op).items[0]
    if debits := [item for item in queries.open_items(client) if item.is_debit]:
        services.allocate([Pair(debits[0], money, Decimal("10.00"))], on=JAN5, op=op, days=days)


def batch(clients: list[ClientAccount]) -> None:
    """A step of a batch: an invoice for each client."""
    with transaction.atomic():
        operation = op_under_way(JAN5)
        services.lock(*clients)
        services.open_days(operation)
        for client in clients:
            invoice(client, operation)


def desk(first: ClientAccount, second: ClientAccount) -> None:
    """A desk that takes money from one client, then invoices another."""
    with transaction.atomic():
        operation = op_under_way(JAN5)
        services.lock(first, second)
        days = services.open_days(operation, till=True)
        pay(first, operation, days)
        invoice(second, operation)


def test_a_batch_of_25_clients_and_desks_that_cross_it_never_deadlock(own_database):
    clients = [account() for _ in range(25)]

    outcomes = run_together(
        lambda: [batch(clients) for _ in range(ROUNDS // 4)],
        lambda: [batch(clients[:5][::-1]) for _ in range(ROUNDS)],
        lambda: [desk(clients[1], clients[0]) for _ in range(ROUNDS)],
        lambda: [desk(clients[0], clients[1]) for _ in range(ROUNDS)],
        timeout=120,
    )

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert list(verify.faults()) == []


def crossing(first: ClientAccount, second: ClientAccount, lock, met: Barrier) -> None:
    with transaction.atomic():
        operation = op_under_way(JAN5)
        lock(first, second, met)
        services.open_days(operation)
        invoice(first, operation)
        invoice(second, operation)


def all_at_once(first: ClientAccount, second: ClientAccount, _met: Barrier) -> None:
    services.lock(first, second)


def one_by_one(first: ClientAccount, second: ClientAccount, met: Barrier) -> None:
    services.lock(first)
    met.wait(10)
    services.lock(second)


def cross(lock) -> list:
    here, there, met = account(), account(), Barrier(2)
    outcomes = run_together(lambda: crossing(here, there, lock, met), lambda: crossing(there, here, lock, met))
    return [outcome for outcome in outcomes if outcome is not None]


def test_two_crossing_operations_that_lock_all_at_once_wait_for_each_other(own_database):
    assert cross(all_at_once) == []


def test_two_crossing_operations_that_lock_one_by_one_deadlock(own_database):
    (failure,) = cross(one_by_one)

    assert isinstance(failure, OperationalError)
    assert "deadlock detected" in str(failure)
