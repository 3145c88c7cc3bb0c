"""Cancelling an invoice by a credit note, and a credit note by an invoice."""

from datetime import date

import pytest

from credits.services import AlreadyCancelled, FreedLineTaken, NotCreditable
from invoicing.services import draft_visits
from ledger.models import Document, Operation
from ledger.queries import open_items
from ledger.services import DateBeforeLast, NothingLeft, UsedElsewhere
from tests.builders import (
    a_client,
    cancel,
    credit_note,
    credit_on,
    document,
    euros,
    invoice,
    invoice_visits,
    left,
    line,
    pay,
    told,
    use,
    visit,
)
from tests.factories import op

pytestmark = pytest.mark.usefixtures("sound_ledger")

DAY = date(2026, 3, 2)
TODAY = date(2026, 3, 16)


@pytest.fixture
def client():
    return a_client()


# An invoice


def test_a_cancelled_invoice_is_settled_by_its_credit_note(client):
    f = invoice(client, DAY, "100")

    note = cancel(f, TODAY)

    assert (note.ttc, note.invoice) == (euros("100"), f)
    assert (left(f), left(note)) == (0, 0)
    assert told(client, TODAY, unpaid="0", credit="0", balance="0", invoiced="100")


def test_the_payments_of_a_cancelled_invoice_become_overpayments(client):
    f = invoice(client, DAY, "100")
    a = credit_on(f, DAY, "30")
    use(a, f, "30", DAY)
    r = pay(client, DAY, "70", {f: "70"})

    note = cancel(f, TODAY)

    assert note.ttc == euros("70")
    assert (left(r), left(a), left(note)) == (70, 0, 0)
    assert told(client, TODAY, balance="70", credit="70", unpaid="0", collected="70")


def test_a_global_credit_used_on_a_cancelled_invoice_stays_used(client):
    f, a = invoice(client, DAY, "100"), credit_note(client, DAY, "30")
    use(a, f, "30", DAY)
    r = pay(client, DAY, "70", {f: "70"})

    note = cancel(f, TODAY)

    assert note.ttc == euros("100")
    assert (left(a), left(r), left(note)) == (0, 70, 30)
    assert told(client, TODAY, balance="100", credit="100", unpaid="0")


def test_an_invoice_is_cancelled_once(client):
    f = invoice(client, DAY, "100")
    cancel(f, TODAY)

    with pytest.raises(AlreadyCancelled):
        cancel(f, TODAY)


def test_cancelling_before_the_cancellation_leaves_the_past_as_it_was(client):
    f = invoice(client, DAY, "100")
    cancel(f, TODAY)

    assert told(client, TODAY, on=date(2026, 3, 15), unpaid="100", balance="-100")
    assert told(client, TODAY, on=TODAY, unpaid="0", balance="0")


def test_a_credit_note_that_cancels_bears_the_day_it_is_issued(client):
    f = invoice(client, date(2026, 3, 5), "100")
    credit_note(client, date(2026, 3, 20), "10")

    note = cancel(f, date(2026, 3, 25))

    assert note.day == date(2026, 3, 25)
    with pytest.raises(DateBeforeLast, match=r"AV-2026-00002 du 25/03/2026"):
        cancel(invoice(client, date(2026, 3, 5), "10", reference="F-9"), date(2026, 3, 24))


def test_cancelling_an_invoice_can_free_its_visits(client):
    f = invoice_visits(DAY, visit(client, DAY, line("60"), line("40")))

    cancel(f, TODAY, frees_visits=True)

    assert told(client, TODAY, to_invoice="100", unpaid_invoices="0", credit="0")


# A credit note


def test_a_cancelled_credit_note_is_available_nowhere(client):
    f, a = invoice(client, DAY, "100"), credit_note(client, DAY, "1000")

    reversing = cancel(a, TODAY)

    assert document(reversing).reference == "FAC-2026-00002"
    assert (left(a), left(reversing)) == (0, 0)
    assert [item.document for item in open_items(client.account)] == [document(f)]
    client.account.refresh_from_db()
    assert client.account.debit - client.account.credit == 100
    with pytest.raises(NothingLeft, match="reste disponible 0,00"):
        use(a, f, "100", TODAY)


def test_what_cancels_a_credit_note_counts_as_no_invoice(client):
    a = credit_note(client, DAY, "1000")

    reversing = cancel(a, TODAY)

    assert (reversing.ht, reversing.vat, reversing.ttc) == (a.ht, a.vat, a.ttc)
    assert told(client, TODAY, invoiced="0", credit="0", balance="0")
    assert told(client, TODAY, on=DAY, credit="1000")


def test_a_used_credit_note_is_not_cancelled(client):
    f, a = invoice(client, DAY, "300"), credit_note(client, DAY, "1000")
    use(a, f, "300", DAY)

    with pytest.raises(UsedElsewhere, match="300,00\u00a0€ utilisés"):
        cancel(a, TODAY)

    assert told(client, TODAY, credit="700")


def test_a_credit_note_is_cancelled_once(client):
    a = credit_note(client, DAY, "1000")
    cancel(a, TODAY)

    with pytest.raises(AlreadyCancelled):
        cancel(a, TODAY)
    assert Document.objects.filter(kind=Document.Kind.INVOICE).count() == 1


def test_what_cancels_a_credit_note_is_not_credited(client):
    reversing = cancel(credit_note(client, DAY, "1000"), TODAY)

    with pytest.raises(NotCreditable):
        cancel(reversing, TODAY)


def test_a_cancelled_credit_note_takes_its_freed_lines_back(client):
    v = visit(client, DAY, line("100"))
    f = invoice_visits(DAY, v)
    a = credit_on(f, DAY, frees_visits=True)
    assert told(client, TODAY, to_invoice="100")

    cancel(a, TODAY)

    assert v.lines.get().invoice_line == f.lines.get()
    assert told(client, TODAY, to_invoice="0", unpaid="100", credit="0")
    assert told(client, TODAY, on=date(2026, 3, 15), to_invoice="100", unpaid_invoices="100", credit="100")


def test_a_credit_note_is_not_cancelled_while_a_freed_line_is_drafted_again(client):
    v = visit(client, DAY, line("100", label="Vaccin"))
    a = credit_on(invoice_visits(DAY, v), DAY, frees_visits=True)
    draft_visits(visits=[v], op=op(TODAY, Operation.Kind.INVOICE))

    with pytest.raises(FreedLineTaken, match="Vaccin"):
        cancel(a, TODAY)
