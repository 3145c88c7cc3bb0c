from datetime import date
from uuid import uuid4

import pytest

from clients.models import Client
from clients.services import CodeTaken, Details, open_client, open_clients, register_client
from ledger.models import ClientAccount, Operation
from ledger.services import AlreadySubmitted
from tests import factories
from tests.helpers import run_together

DAY = date(2026, 1, 5)


def opening(**fields) -> Operation:
    return factories.op(DAY, Operation.Kind.CLIENT, **fields)


def test_a_client_without_a_code_takes_the_next_one(db):
    open_client(Details("Mme Roux", code="C-00041"))

    assert open_client(Details("M. Girard")).code == "C-00042"


def test_a_code_is_taken_once(db):
    open_client(Details("Mme Roux", code="ROUX"))

    with pytest.raises(CodeTaken) as refusal:
        open_client(Details("M. Roux", code="ROUX"))

    assert refusal.value.field == "code"
    assert refusal.value.message == "Le code ROUX est déjà celui d’un autre client."
    assert ClientAccount.objects.count() == 1


def test_a_form_sent_twice_opens_one_client(db):
    key = uuid4()

    first = register_client(details=Details("Mme Roux"), op=opening(key=key, digest="a"))
    second = register_client(details=Details("Mme Roux"), op=opening(key=key, digest="a"))

    assert first == second
    assert Client.objects.count() == 1


def test_a_form_sent_again_with_another_input_is_refused(db):
    key = uuid4()
    register_client(details=Details("Mme Roux"), op=opening(key=key, digest="a"))

    with pytest.raises(AlreadySubmitted):
        register_client(details=Details("Mme Rous"), op=opening(key=key, digest="b"))

    assert Client.objects.count() == 1


def test_a_form_sent_three_times_at_once_opens_one_client(own_database):
    key = uuid4()
    send = [lambda: register_client(details=Details("Mme Roux"), op=opening(key=key, digest="a"))] * 3

    opened = run_together(*send)

    assert opened == [Client.objects.get()] * 3


def test_desks_that_open_clients_at_once_take_different_codes(own_database):
    opened = run_together(*[lambda: open_client(Details("Mme Roux"))] * 6)

    assert sorted(client.code for client in opened) == [f"C-{number:05d}" for number in range(1, 7)]
    assert ClientAccount.objects.count() == 6


def test_a_code_typed_at_two_desks_at_once_is_refused_at_one(own_database):
    outcomes = run_together(*[lambda: open_client(Details("Mme Roux", code="ROUX"))] * 2)

    assert sorted(type(outcome) for outcome in outcomes if isinstance(outcome, Exception)) == [CodeTaken]
    assert ClientAccount.objects.count() == 1


def test_a_file_that_bears_a_code_twice_is_refused(db):
    with pytest.raises(CodeTaken, match="Le code A"):
        open_clients([Details("Mme Roux", code="A"), Details("M. Girard", code="A")])
