"""The balance over time: on each day what the balance says of it, with its marks, as a drawing and as a table."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from demo.examples import EXAMPLES, Desk, play
from ledger.balance import balance_of
from ledger.models import ClientAccount, Kind
from office.clock import today
from statements.charts import CROSS, SQUARE, step_chart
from statements.paper import curve_chart
from statements.queries import curve
from tests.builders import a_client, bounce, cancel, invoice, pay
from tests.pages import at_work, cells, squeezed

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)


def test_on_each_day_it_is_what_the_balance_says_of_the_day():
    play(Desk(), today(), list(EXAMPLES))

    for account in ClientAccount.objects.filter(client__isnull=False):
        found = curve(account, until=today())
        for step in found.steps:
            on = step.on if step.on < today() else None
            assert step.balance == balance_of(account, today=today(), on=on).balance.amount, (account, step.on)
        assert found.after == balance_of(account, today=today()).balance.amount


def test_it_marks_what_was_posted_and_not_what_was_taken_back():
    client = a_client()
    f = invoice(client, DAY, "100")
    cheque = pay(client, DAY, "60", {f: "60"}, by="cheque")
    bounce(cheque, DAY + timedelta(days=7))
    gone = pay(client, DAY + timedelta(days=9), "40", {f: "40"})
    cancel(gone, DAY + timedelta(days=9))

    found = curve(client.account, until=DAY + timedelta(days=30))

    assert found.days_of(Kind.INVOICE) == [DAY]
    assert found.days_of(Kind.PAYMENT) == [DAY, DAY + timedelta(days=9)]
    assert found.days_of(Kind.INCIDENT) == [DAY + timedelta(days=7)]
    assert [step.balance for step in found.steps] == [Decimal(-40), Decimal(-100), Decimal(-100)]


def test_a_later_beginning_starts_from_what_came_before():
    client = a_client()
    invoice(client, DAY, "100")
    invoice(client, DAY + timedelta(days=10), "20")

    found = curve(client.account, since=DAY + timedelta(days=5), until=DAY + timedelta(days=20))

    assert (found.before, found.after) == (Decimal(-100), Decimal(-120))
    assert [step.on for step in found.steps] == [DAY + timedelta(days=10)]


def test_many_days_are_told_by_month():
    client = a_client()
    for number in range(50):
        invoice(client, DAY + timedelta(days=number), "1")

    rows = curve(client.account, until=DAY + timedelta(days=60)).stretches

    assert [(row.label, row.invoices, row.balance) for row in rows] == [
        ("03/2026", 30, Decimal(-30)),
        ("04/2026", 20, Decimal(-50)),
    ]


def test_the_drawing_has_a_mark_for_each_day_and_is_told_aloud():
    client = a_client()
    f = invoice(client, DAY, "1250")
    bounce(pay(client, DAY, "1250", {f: "1250"}, by="cheque"), DAY + timedelta(days=7))

    drawn = curve_chart(curve(client.account, until=date(2026, 6, 30)), "EUR")

    assert 'aria-label="Solde du client du 02/03/2026 au 30/06/2026, en EUR"' in drawn
    assert re.findall(r">([^<>]+)</text>", drawn) == [
        "0,00",
        "−1\u202f250,00",
        "−1\u202f250,00",
        "Factures",
        "Règlements",
        "Incidents",
        "04/2026",
        "05/2026",
        "06/2026",
    ]
    assert drawn.count("m-5 -5l10 10") == 1


@pytest.mark.parametrize(
    ("days", "labels"),
    [
        (0, ["02/03/2026"]),
        (29, ["02/03/2026", "31/03/2026"]),
        (365, ["05/2026", "07/2026", "09/2026", "11/2026", "01/2027", "03/2027"]),
        (365 * 30, ["01/2030", "01/2035", "01/2040", "01/2045", "01/2050", "01/2055"]),
    ],
)
def test_no_more_days_are_written_under_it_than_can_be_read(days, labels):
    drawn = step_chart(
        [], [("Factures", SQUARE, []), ("Incidents", CROSS, [])], "", since=DAY, until=DAY + timedelta(days)
    )

    assert re.findall(r'text-anchor="middle"[^>]*>([^<]*)<', drawn) == labels


def test_its_window_shows_it_as_of_a_past_day(client):
    desk, one = at_work(client), a_client("ROUX")
    invoice(one, DAY, "100")
    invoice(one, DAY + timedelta(days=10), "20")

    html = squeezed(desk.get("/clients/ROUX/courbe/?on=2026-03-05").content.decode())

    assert "<svg" in html
    assert "−100,00" in html
    assert "−120,00" not in html
    assert cells(html, "Solde") == ["−100,00\u00a0€"]


def test_a_client_without_any_movement_is_told_so(client):
    desk = at_work(client)
    a_client("ROUX")

    assert "Rien n’a encore bougé" in squeezed(desk.get("/clients/ROUX/courbe/").content.decode())
