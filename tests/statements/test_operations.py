"""The time line of a client, as its page of today is read and as every other day's is."""

from datetime import date, timedelta
from typing import Any

import pytest

from clients.models import Client, Note
from clients.queries import alerts, counts_of, head_of, waiting
from demo.examples import EXAMPLES, Desk, play
from ledger.balance import read_balance, with_balances
from ledger.models import ClientAccount
from office.asking import ask
from office.clock import today
from office.queries import shown_balances
from statements.queries import Happened, OperationsPage, time_line
from tests.builders import a_client, bounce, cancel, credit_note, credit_on, invoice, pay, use

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)


def after(days: int) -> date:
    return DAY + timedelta(days=days)


@pytest.fixture
def eventful(db) -> Client:
    """A client to whom all has happened, and been cancelled."""
    client = a_client()
    f1, f2 = invoice(client, DAY, "100"), invoice(client, DAY, "60", due=after(30))
    cheque = pay(client, after(1), "80", {f1: "80"}, by="cheque")
    bounce(cheque, after(8), fee="5")
    again = pay(client, after(9), "20", {f1: "20"}, by="cheque")
    cancel(bounce(again, after(16)), after(17))
    cancel(pay(client, after(18), "10", {f1: "10"}), after(19))
    credit_on(f2, after(20), "12")
    avoir = credit_note(client, after(21), "30")
    use(avoir, f2, "10", after(22))
    cancel(use(avoir, f2, "5", after(22)), after(23))
    cancel(credit_note(client, after(24), "7"), after(24))
    cancel(invoice(client, after(25), "9"), after(26))
    return client


def shown(document: Any) -> tuple[Any, ...]:
    is_read_before = isinstance(document, Happened)
    kind = document.kind if is_read_before else document.get_kind_display()
    party = document.party if is_read_before or document.party is None else document.party.name
    posted = None if document.amount else document.posted or 0
    return (
        *(document.pk, kind, document.reference, document.day, party, document.amount, posted, document.left),
        *(document.bounced_on, document.undone),
    )


def assert_same(client: Client) -> list[tuple[Any, ...]]:
    page = OperationsPage.of(client.account_id, 100)
    ask(page.number, page.rows)
    rows = page.rows.answer
    documents = list(time_line(client.account))
    assert page.number.answer == len(documents)
    assert [shown(row) for row in rows] == [shown(document) for document in documents]
    return [shown(row) for row in rows]


def test_today_tells_what_the_time_line_tells_of_all_that_was_cancelled_and_bounced(eventful):
    rows = assert_same(eventful)

    assert len(rows) == 15
    assert {undone for *_, undone in rows} == {True, False}
    assert {bounced for *_, bounced, _ in rows} == {None, after(8)}
    assert any(not amount and posted for *_, amount, posted, _, _, _ in rows)


def test_today_tells_what_the_time_line_tells_of_every_example(db):
    clients = play(Desk(), today(), [*EXAMPLES])

    assert sum(len(assert_same(client)) for client in clients.values()) > 20


def read(client: Client, count: int, start: int = 0) -> list[Happened]:
    return OperationsPage.of(client.account_id, count, start).rows.now()


def test_a_page_is_read_from_its_place_on(eventful):
    whole = read(eventful, 100)

    assert read(eventful, 4, 3) == whole[3:7]
    assert read(eventful, 4, 1000) == []


def test_the_head_of_the_sheet_tells_what_each_of_its_reads_tells(eventful):
    Note.objects.create(client=eventful, text="Attention au chien", is_alert=True)
    clients = [eventful, *play(Desk(), today(), [*EXAMPLES]).values()]

    for client in clients:
        head = head_of(client.code, today=today())
        assert head is not None
        row = with_balances(ClientAccount.objects.filter(pk=client.account_id), today=today()).get()
        assert head.client == client
        assert head.balance == read_balance(row, today())
        assert head.waiting == waiting(client.account)
        assert head.counts == counts_of(client) == counts_of(client, today() + timedelta(days=1)) | drafts(client)
        assert head.alerts == alerts(client)
        assert head.shown == shown_balances()


def drafts(client: Client) -> dict[str, int]:
    """What no past day counts."""
    found: dict[str, Any] = {"invoices": client.invoices, "credit_notes": client.credit_notes}
    return {name: rows.count() for name, rows in found.items() if rows.filter(document=None).exists()}


def test_nobody_has_no_head(db):
    assert head_of("PERSONNE", today=DAY) is None
