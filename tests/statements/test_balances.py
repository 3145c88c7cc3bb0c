"""The figures of all clients: what `manage.py balances` prints, and how many queries and rows it takes."""

import json
import re
from datetime import date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from clients.services import Details, open_clients
from ledger.balance import FIGURES, STATUSES, balance_of
from office import clock
from statements.queries import client_balances
from tests.builders import a_client, credit_note, invoice, pay

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)
KEYS = ["code", "name", "currency", "on", *FIGURES, "status"]


def printed(capsys, *arguments):
    call_command("balances", *arguments)
    return capsys.readouterr().out


def objects(capsys, *arguments):
    return json.loads(printed(capsys, "--json", *arguments))


@pytest.fixture
def clients():
    """One who is late, one with credit, one who is even."""
    late, rich, even = a_client("B-2", name="Roux"), a_client("A-1", name="Éléonore Lefèvre"), a_client("C-3")
    f = invoice(late, DAY, "1234.50", due=date(2026, 3, 31))
    pay(late, DAY, "234.5", {f: "234.50"})
    credit_note(rich, DAY, "31")
    return late, rich, even


# As JSON


def test_json_lists_all_clients_by_code_with_the_figures_in_their_order(clients, capsys):
    found = objects(capsys)

    assert [one["code"] for one in found] == ["A-1", "B-2", "C-3"]
    assert [list(one) for one in found] == [KEYS] * 3


def test_json_gives_amounts_as_text_with_two_decimals_and_an_ascii_minus(clients, capsys):
    (found,) = objects(capsys, "B-2", "--on", "2026-04-01")

    assert found == {
        "code": "B-2",
        "name": "Roux",
        "currency": "EUR",
        "on": "2026-04-01",
        "to_invoice": "0.00",
        "unpaid_invoices": "1000.00",
        "unpaid": "1000.00",
        "credit": "0.00",
        "balance": "-1000.00",
        "to_pay": "1000.00",
        "to_use": "0.00",
        "overdue": "1000.00",
        "invoiced": "1234.50",
        "collected": "234.50",
        "outstanding": "1000.00",
        "status": "overdue",
    }


@pytest.mark.parametrize(
    ("on", "status"),
    [("2026-03-01", "up_to_date"), ("2026-03-02", "pending"), ("2026-03-31", "pending"), ("2026-04-01", "overdue")],
)
def test_the_status_is_that_of_the_day(clients, capsys, on, status):
    (found,) = objects(capsys, "B-2", "--on", on)

    assert (found["on"], found["status"]) == (on, status)


@pytest.mark.parametrize(
    ("due", "last_minute", "first_minute"),
    [
        (date(2026, 6, 10), "2026-06-10T21:59", "2026-06-10T22:01"),
        (date(2026, 3, 28), "2026-03-28T22:59", "2026-03-28T23:01"),
        (date(2026, 3, 29), "2026-03-29T21:59", "2026-03-29T22:01"),  # summer time begins
        (date(2026, 10, 25), "2026-10-25T22:59", "2026-10-25T23:01"),  # and ends
        (date(2026, 12, 31), "2026-12-31T22:59", "2026-12-31T23:01"),
    ],
)
def test_an_invoice_is_late_from_midnight_in_paris(capsys, monkeypatch, due, last_minute, first_minute):
    invoice(a_client("A"), DAY, "100", due=due)

    for moment, overdue in ((last_minute, "0.00"), (first_minute, "100.00")):
        monkeypatch.setattr(
            "django.utils.timezone.now", lambda moment=moment: datetime.fromisoformat(f"{moment}+00:00")
        )
        assert objects(capsys)[0]["overdue"] == overdue


def test_a_name_keeps_its_accents(clients, capsys):
    assert objects(capsys, "A-1")[0]["name"] == "Éléonore Lefèvre"


def test_without_a_client_the_list_is_empty(capsys):
    assert objects(capsys) == []
    assert "Aucun client." in printed(capsys)


def test_without_a_day_everything_posted_counts_today(clients, capsys):
    today = clock.today().isoformat()

    assert {one["on"] for one in objects(capsys)} == {today}
    assert objects(capsys, "--on", today) == objects(capsys)


# As a table


def test_the_table_has_french_headings_and_amounts_and_a_total(clients, capsys):
    lines = printed(capsys, "--on", "2026-04-01").splitlines()

    assert lines[0] == "Soldes au 01/04/2026"
    assert lines[1].split()[:4] == ["Code", "Nom", "Devise", "À"]
    assert lines[4].split()[:3] == ["B-2", "Roux", "EUR"]
    assert "−1\u202f000,00" in lines[4]
    assert lines[4].endswith("En retard de paiement")
    assert lines[-1].split()[:2] == ["Total", "EUR"]
    assert "−969,00" in lines[-1]


def test_the_columns_of_the_table_are_aligned(clients, capsys):
    _, headings, rule, *rows = printed(capsys).splitlines()
    gaps = [match.start() for match in re.finditer("  ", rule)]

    assert len(gaps) == 3 + len(FIGURES)
    for line in [headings, *rows]:
        assert all(line[gap : gap + 2].strip() == "" for gap in gaps)


def test_totals_are_by_currency(clients, capsys):
    pay(a_client("D-4", currency="CHF"), DAY, "10")

    totals = [line.split()[:2] for line in printed(capsys).splitlines()[-2:]]

    assert totals == [["Total", "CHF"], ["Total", "EUR"]]


def test_a_long_name_is_cut(capsys):
    a_client("A", name="x" * 60)

    assert f" {'x' * 29}…  EUR " in printed(capsys)


# Refusals


def test_unknown_codes_are_all_named_and_nothing_is_printed(clients, capsys):
    with pytest.raises(CommandError, match=r"Clients inconnus\u00a0: X-1, X-2\.") as refusal:
        call_command("balances", "A-1", "X-2", "X-1")

    assert refusal.value.returncode == 2
    assert capsys.readouterr().out == ""


def test_a_day_to_come_is_refused(clients):
    tomorrow = clock.today() + timedelta(days=1)

    with pytest.raises(CommandError, match=f"{tomorrow:%d/%m/%Y} est à venir") as refusal:
        call_command("balances", "--on", tomorrow.isoformat())

    assert refusal.value.returncode == 2


@pytest.mark.parametrize("day", ["31/03/2026", "2026-02-30", "hier", ""])
def test_a_day_that_is_none_is_refused(day):
    with pytest.raises(CommandError, match="n’est pas une date AAAA-MM-JJ"):
        call_command("balances", "--on", day)


# How it is computed


@pytest.mark.parametrize("on", [None, date(2026, 3, 15)])
@pytest.mark.parametrize("count", [1, 50, 500])
def test_any_number_of_clients_takes_one_query(django_assert_num_queries, count, on):
    open_clients([Details(f"Client {rank}") for rank in range(count)])

    with django_assert_num_queries(1):
        rows = client_balances(today=date(2026, 3, 16), on=on)

    assert len(rows) == count


def test_one_client_of_the_list_has_the_figures_of_its_own(clients):
    today = date(2026, 4, 1)

    rows = {row.client: row.balance for row in client_balances(today=today)}

    assert rows == {client: balance_of(client.account, today=today) for client in clients}
    assert {balance.status for balance in rows.values()} == STATUSES.keys() - {"pending"}
