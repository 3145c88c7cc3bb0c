"""Invoices of many clients: cut off, by two jobs, at two desks; each visit is invoiced once."""

import pytest
from django.db import connection

from invoicing import services, tasks
from invoicing.models import Invoice
from invoicing.queries import result_of
from tests.helpers import execute, refused, run_together, work_off
from tests.invoicing.batches import NOON, clients, made_whole, outcomes, prepared, step


def test_a_batch_cut_off_between_steps_and_within_one_makes_none_twice(own_database, monkeypatch):
    monkeypatch.setattr("invoicing.services.collective.STEP", 3)
    clients(8)
    batch = prepared(job=tasks.queue_batch)
    step(batch)

    class Killed(BaseException):
        pass

    def dies(*, key: int) -> None:
        dies.left -= 1
        if not dies.left:
            raise Killed

    dies.left = 2
    with pytest.raises(Killed):
        services.take_step(batch.pk, at=NOON, job=dies)
    connection.close()
    assert Invoice.objects.count() == 3

    work_off()

    batch.refresh_from_db()
    numbers = Invoice.objects.order_by("document__number").values_list("document__number", flat=True)
    assert list(numbers) == list(range(1, 9))
    assert [outcome for _, outcome in outcomes(batch)] == ["made"] * 8
    assert batch.ended_at is not None


def test_two_jobs_for_one_batch_go_on_where_it_was(own_database, monkeypatch):
    monkeypatch.setattr("invoicing.services.collective.STEP", 3)
    clients(5)
    batch = prepared(job=tasks.queue_batch)
    step(batch)
    tasks.queue_batch(key=batch.pk)
    tasks.queue_batch(key=batch.pk)

    work_off()

    assert Invoice.objects.count() == 5
    assert result_of(batch).made == 5


def test_two_desks_with_a_batch_each_invoice_a_visit_once(own_database):
    clients(6)
    one, two = prepared(), prepared()

    run_together(lambda: made_whole(one), lambda: made_whole(two))

    assert Invoice.objects.count() == 6
    assert result_of(one).made + result_of(two).made == 6
    assert result_of(one).skipped + result_of(two).skipped == 6


def test_two_jobs_on_one_batch_make_each_invoice_once(own_database):
    clients(6)
    batch = prepared()

    run_together(lambda: made_whole(batch), lambda: made_whole(batch))

    assert (Invoice.objects.count(), result_of(batch).made) == (6, 6)


@pytest.mark.django_db
def test_the_database_keeps_what_a_batch_has_made():
    clients(1)
    batch = made_whole(prepared())
    assert batch.ended_at

    with refused("invoicing_batch_item_decided_once"):
        execute("UPDATE invoicing_batchitem SET outcome = 'pending', invoice_id = NULL")
    with refused("invoicing_batch_item_kept"):
        execute("DELETE FROM invoicing_batchitem")
