"""One act of a user is one operation: registered first, with its key, and concluded by its result."""

from datetime import date
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from ledger.models import ClientAccount, Document, Operation
from ledger.services import AlreadySubmitted, conclude, posting
from office.asking import ask
from office.inserting import Writing
from office.models import Site
from tests.factories import account, invoice_entry, op, op_under_way
from tests.helpers import execute, run_together

JAN5 = date(2026, 1, 5)
KEY = UUID("5bd5a9a0-6d0f-4f4e-9f61-0c7b3e0f2f10")


@posting
def take_over(*, client: ClientAccount, amount: str, op: Operation) -> Document:
    """A service of the simplest sort: an invoice taken over."""
    return invoice_entry(client, amount, JAN5, op=op).document


@posting
def take_over_two(*, client: ClientAccount, op: Operation) -> Document:
    """A service that is made of others."""
    take_over(client=client, amount="10.00", op=op)
    return take_over(client=client, amount="20.00", op=op)


@posting
def name_a_site(*, code: str, op: Operation) -> Site:
    """A service that tells its result in the trip that writes it."""
    writing = Writing(Site)
    ask(writing.keys)
    site = Site(code=code, name=code)
    writing.insert(site)
    conclude(op, site, into=writing)
    writing.send()
    return site


@posting
def name_two_sites(*, op: Operation) -> Site:
    name_a_site(code="A", op=op)
    return name_a_site(code="B", op=op)


@posting
def name_sites_and_take_over(*, client: ClientAccount, op: Operation) -> Document:
    name_a_site(code="A", op=op)
    return take_over(client=client, amount="10.00", op=op)


class Refused(Exception):
    """What a service raises after it has posted."""


@posting
def take_over_and_refuse(*, client: ClientAccount, op: Operation) -> Document:
    take_over(client=client, amount="10.00", op=op)
    raise Refused


def submission(amount: str, key: UUID | None = KEY) -> Operation:
    """What a form hands on: its key and the digest of its input."""
    return op(JAN5, key=key, digest=sha256(amount.encode()).hexdigest())


def test_an_operation_is_concluded_by_its_result(db):
    operation = submission("10.00")

    document = take_over(client=account(), amount="10.00", op=operation)

    operation.refresh_from_db()
    assert operation.result == document
    assert (operation.result_model, operation.result_id) == ("ledger.document", document.pk)


def test_a_service_tells_its_result_in_the_trip_that_writes_it(django_assert_num_queries, db):
    name_a_site(code="Z", op=op(JAN5))  # the sequence’s name is looked up once
    operation = op(JAN5)

    with django_assert_num_queries(5):  # a savepoint, the operation, the key, the trip that writes, the end
        site = name_a_site(code="A", op=operation)

    operation.refresh_from_db()
    assert operation.result == site


def test_a_service_within_another_leaves_the_result_to_it(db):
    two, mixed = op(JAN5), op(JAN5)

    site = name_two_sites(op=two)
    Site.objects.filter(code="A").delete()
    document = name_sites_and_take_over(client=account(), op=mixed)

    two.refresh_from_db()
    mixed.refresh_from_db()
    assert (two.result, mixed.result) == (site, document)


def test_a_service_within_what_is_no_service_concludes_nothing(db):
    operation = op_under_way(JAN5)

    name_a_site(code="A", op=operation)
    name_a_site(code="B", op=operation)

    operation.refresh_from_db()
    assert operation.result is None


def test_an_operation_without_result_has_none(db):
    assert op_under_way(JAN5).result is None


def test_the_same_key_and_input_lead_to_the_first_result(db):
    client = account()
    first = take_over(client=client, amount="10.00", op=submission("10.00"))

    again = take_over(client=client, amount="10.00", op=submission("10.00"))

    assert again == first
    assert Document.objects.count() == Operation.objects.count() == 1


def test_the_same_key_with_another_input_is_refused(db):
    client = account()
    first = take_over(client=client, amount="10.00", op=submission("10.00"))

    with pytest.raises(AlreadySubmitted, match="avec une autre saisie") as refusal:
        take_over(client=client, amount="20.00", op=submission("20.00"))

    assert refusal.value.first.result == first
    assert Document.objects.count() == 1


def test_the_same_key_for_another_act_is_refused(db):
    client = account()
    take_over(client=client, amount="10.00", op=submission("10.00"))
    other = op(JAN5, Operation.Kind.REFUND, key=KEY, digest=submission("10.00").digest)

    with pytest.raises(AlreadySubmitted):
        take_over(client=client, amount="10.00", op=other)


def test_another_key_posts_again(db):
    client = account()

    first = take_over(client=client, amount="10.00", op=submission("10.00", uuid4()))
    second = take_over(client=client, amount="10.00", op=submission("10.00", uuid4()))

    assert first != second


def test_operations_without_key_are_never_the_same(db):
    client = account()

    first = take_over(client=client, amount="10.00", op=submission("10.00", None))
    second = take_over(client=client, amount="10.00", op=submission("10.00", None))

    assert first != second


def test_services_within_a_service_are_parts_of_its_operation(db):
    operation = submission("30.00")

    last = take_over_two(client=account(), op=operation)

    assert operation.result == last
    assert Operation.objects.count() == 1
    assert set(Document.objects.values_list("operation", flat=True)) == {operation.pk}


def test_a_service_that_refuses_leaves_nothing(db):
    operation = submission("10.00")

    with pytest.raises(Refused):
        take_over_and_refuse(client=account(), op=operation)

    assert operation.pk is None
    assert not Operation.objects.exists()
    assert not Document.objects.exists()


def test_an_operation_that_failed_may_be_tried_again(db):
    client, operation = account(), submission("10.00")
    with pytest.raises(Refused):
        take_over_and_refuse(client=client, op=operation)

    document = take_over(client=client, amount="10.00", op=operation)

    assert operation.result == document


def test_an_operation_refused_at_commit_may_be_tried_again(own_database):
    client, operation = account(), submission("10.00")
    execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'check_violation'; END $$"
    )
    execute(
        "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON ledger_entry DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION refuse()"
    )
    with pytest.raises(IntegrityError):
        take_over(client=client, amount="10.00", op=operation)
    execute("DROP TRIGGER refuse ON ledger_entry")

    document = take_over(client=client, amount="10.00", op=operation)

    assert Operation.objects.get().result == document


def test_an_operation_that_breaks_another_rule_than_its_key_is_a_bug(db):
    operation = submission("10.00")
    operation.kind = None

    with pytest.raises(IntegrityError), transaction.atomic():
        take_over(client=account(), amount="10.00", op=operation)


# A form sent three times at once


def send_three_times(client: ClientAccount, key: UUID | None) -> list[Document]:
    return run_together(*[lambda: take_over(client=client, amount="10.00", op=submission("10.00", key))] * 3)


def test_a_form_sent_three_times_at_once_has_one_result_and_three_answers(own_database):
    answers = send_three_times(account(), KEY)

    assert {answer.pk for answer in answers} == {Document.objects.get().pk}
    assert Operation.objects.count() == 1


def test_without_its_key_a_form_sent_three_times_has_three_results(own_database):
    answers = send_three_times(account(), None)

    assert len({answer.pk for answer in answers}) == 3
    assert Operation.objects.count() == 3


def test_of_two_inputs_sent_at_once_with_one_key_one_is_refused(own_database):
    client = account()

    answers = run_together(
        *[
            lambda amount=amount: take_over(client=client, amount=amount, op=submission(amount))
            for amount in ("10.00", "20.00")
        ]
    )

    refusals = [answer for answer in answers if isinstance(answer, AlreadySubmitted)]
    assert len(refusals) == 1
    assert refusals[0].first.result == Document.objects.get()


def test_a_second_form_waits_for_the_first_and_posts_when_that_fails(own_database):
    client = account()

    answers = run_together(
        lambda: take_over_and_refuse(client=client, op=submission("10.00")),
        lambda: take_over(client=client, amount="10.00", op=submission("10.00")),
    )

    assert isinstance(answers[0], Refused | Document)
    assert answers[1] == Document.objects.get()


def test_an_operation_says_what_and_when():
    assert str(op(JAN5, Operation.Kind.PAYMENT)) == "Règlement du 05/01/2026"
