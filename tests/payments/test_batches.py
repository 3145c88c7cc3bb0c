"""Solder les avoirs: many credit notes settled as one operation, and undone as one."""

from datetime import date
from decimal import Decimal

import pytest

from invoicing.services import dispute_invoice
from ledger.models import Allocation, Operation, Party, PeriodLock
from ledger.services import PeriodClosed, shut
from payments import services
from payments.queries import settleable, settlings
from payments.services import (
    BatchRunning,
    BatchUndone,
    NothingTicked,
    ask_settling,
    reserve_credit,
    settle_step,
    undo_settling,
)
from tests.builders import (
    a_client,
    cancel,
    credit_note,
    credit_on,
    detach,
    euros,
    invoice,
    left,
    main_item,
    pay,
    told,
    use,
)
from tests.factories import op

pytestmark = pytest.mark.usefixtures("sound_ledger")

MARCH = date(2026, 3, 2)
LATER = date(2026, 3, 9)


@pytest.fixture
def roux():
    return a_client("ROUX")


def ask(*notes, on=LATER):
    return ask_settling(credits=[main_item(note).pk for note in notes], op=op(on, Operation.Kind.SETTLE_CREDITS))


def settle(*notes, on=LATER):
    batch = ask(*notes, on=on)
    while not batch.is_done:
        batch = settle_step(batch.pk)
    return batch


def undo(batch, on=LATER):
    return undo_settling(batch=batch, op=op(on, Operation.Kind.UNDO_SETTLING))


def listed():
    return [row.note for row in settlings(settleable())]


def test_a_credit_note_settles_its_invoice_first_then_what_is_owed_the_longest(roux):
    old = invoice(roux, MARCH, "40")
    own = invoice(roux, LATER, "30")
    on_own = credit_on(own, LATER, "30")
    free = credit_note(roux, LATER, "50")

    planned = {
        str(row.note): [(str(one.debit.document), one.amount) for one in row.pairs] for row in settlings(settleable())
    }
    batch = settle(on_own, free)

    assert planned == {str(on_own): [(str(own), Decimal(30))], str(free): [(str(old), Decimal(40))]}
    assert (left(own), left(old), left(free)) == (0, 0, 10)
    assert told(roux, LATER, unpaid="0", credit="10", balance="10")
    assert {one.operation_id for one in Allocation.objects.all()} == {batch.operation_id}
    assert batch.operation.result == batch


def test_a_batch_is_undone_as_one_operation(roux):
    f = invoice(roux, MARCH, "40")
    note = credit_note(roux, MARCH, "50")
    batch = settle(note)

    undone = undo(batch)

    assert (left(f), left(note)) == (40, 50)
    assert {one.detached_by_id for one in Allocation.objects.all()} == {undone.undone_by_id}
    with pytest.raises(BatchUndone):
        undo(batch)


def test_what_was_detached_from_a_batch_stays_detached(roux):
    f, g = invoice(roux, MARCH, "10"), invoice(roux, MARCH, "20")
    batch = settle(credit_note(roux, MARCH, "30"))
    detach(Allocation.objects.get(amount=10), LATER)

    undo(batch)

    assert (left(f), left(g)) == (10, 20)


def test_what_was_set_by_hand_is_left_alone(roux):
    f, g = invoice(roux, MARCH, "100"), invoice(roux, MARCH, "100")
    note = credit_note(roux, MARCH, "80")
    use(note, g, "15", MARCH)
    (by_hand,) = Allocation.objects.all()

    settle(note)

    by_hand.refresh_from_db()
    assert (by_hand.amount, by_hand.detached_by) == (15, None)
    assert (left(f), left(g), left(note)) == (35, 85, 0)


def test_what_is_reserved_is_left_alone(roux):
    invoice(roux, MARCH, "100")
    part, whole = credit_note(roux, MARCH, "50"), credit_note(roux, MARCH, "20")
    reserve_credit(client=roux, credit=main_item(part).pk, amount=euros("30"), op=op(MARCH))
    reserve_credit(client=roux, credit=main_item(whole).pk, amount=euros("20"), op=op(MARCH))

    assert listed() == [part]
    settle(part)

    assert (left(part), left(whole)) == (30, 20)


def test_what_is_disputed_is_left_alone(roux):
    f, g = invoice(roux, MARCH, "100"), invoice(roux, LATER, "100")
    on_f, free = credit_on(f, LATER, "40"), credit_note(roux, LATER, "50")
    dispute_invoice(invoice=f, reason="Soin non reconnu", op=op(LATER))

    assert listed() == [free]
    settle(free)

    assert (left(f), left(g), left(on_f)) == (100, 50, 40)


def test_a_cancelled_or_used_credit_note_is_not_offered(roux):
    gone = credit_note(roux, MARCH, "10")
    cancel(gone, MARCH)
    used = credit_note(roux, MARCH, "10")
    use(used, invoice(roux, MARCH, "10"), "10", MARCH)

    assert listed() == []
    with pytest.raises(NothingTicked):
        ask(used)
    with pytest.raises(NothingTicked):
        ask(pay(roux, MARCH, "10"))


def test_nothing_of_one_passer_by_settles_another_s():
    walk_in = a_client("PASSAGE", walk_in=True)
    dupont, martin = (Party.objects.create(account=walk_in.account, name=name) for name in ("Dupont", "Martin"))
    f = invoice(walk_in, MARCH, "30", party=dupont)
    note = credit_note(walk_in, MARCH, "50", party=martin)

    settle(note)

    assert (left(f), left(note)) == (30, 50)
    assert told(walk_in, LATER, to_pay="30", to_use="50")


def test_a_batch_goes_by_steps_that_keep_a_client_together_and_goes_on_where_it_stopped(monkeypatch):
    monkeypatch.setattr(services.batches, "STEP", 2)
    clients = [a_client(f"C-{number}") for number in range(3)]
    for client in clients:
        invoice(client, MARCH, "30")
    notes = [credit_note(client, MARCH, "10") for client in clients for _ in range(3)]
    batch = ask(*notes)

    done = []
    while not batch.is_done:
        batch = settle_step(batch.pk)
        done.append(batch.done)

    assert done == [3, 6, 9]
    assert settle_step(batch.pk).done == 9
    assert Allocation.objects.count() == 9
    assert all(told(client, LATER, unpaid="0", credit="0") for client in clients)


def test_what_was_used_meanwhile_is_passed_over(roux):
    f = invoice(roux, MARCH, "100")
    note, other = credit_note(roux, MARCH, "50"), credit_note(roux, MARCH, "20")
    batch = ask(note, other)
    use(note, f, "50", LATER)

    batch = settle_step(batch.pk)

    assert batch.is_done
    assert (left(f), left(other)) == (30, 0)


def test_a_batch_that_is_not_done_is_not_undone(roux):
    invoice(roux, MARCH, "100")
    batch = ask(credit_note(roux, MARCH, "50"))

    with pytest.raises(BatchRunning):
        undo(batch)


def test_a_batch_is_not_undone_in_a_locked_period(roux):
    invoice(roux, MARCH, "100")
    batch = settle(credit_note(roux, MARCH, "50"), on=MARCH)
    shut(PeriodLock.Scope.BOOKS, LATER)

    with pytest.raises(PeriodClosed):
        undo(batch)
