import contextlib
import re
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection

from demo.bench import SUBJECTS, Cost, Goal, Task, measure
from demo.bench.financial import COUNTERS_FLOOR
from demo.examples import Desk, play
from office.clock import today
from office.models import Role
from statements.elements import Operations, Type
from statements.queries.financial import Asked, Looked, counters_of, incidents_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

KINDS = {
    Type.INVOICE: "invoice",
    Type.CREDIT_NOTE: "credit_note",
    Type.PAYMENT: "payment",
    Type.REFUND: "refund",
}


def told(*subjects: str) -> list[str]:
    """The lines of the bench, whose goals are none for so slow a machine as runs tests."""
    out = StringIO()
    with contextlib.suppress(SystemExit):
        call_command("bench", *subjects, times=1, stdout=out)
    return out.getvalue().splitlines()


def test_each_page_has_a_line_with_its_medians_and_the_last_sums_up():
    play(Desk(), today(), ["EX-SOLDE", "EX-RELEVE"])
    UserFactory(role=Role.ADMINISTRATOR)

    lines = told()

    assert lines[1].startswith("balance of EX-")
    for page in ("sheet of EX-", "list by balance", "list, far page", "search « d »", "statement of EX-"):
        assert [line for line in lines if line.startswith(page)], page
    for page in ("échéancier of a quarter", "aged balance, past day", "PDF of "):
        assert [line for line in lines if line.startswith(page)], page
    assert len(lines) == 1 + sum(len(tasks()) for tasks in SUBJECTS.values()) + 3
    assert lines[-3].startswith("Aucun lot à mesurer")
    assert lines[-2].startswith("Trop peu de clients ont deux échéances à régler")
    assert re.fullmatch(r"\d+ buts tenus sur \d+, pire rapport \d+\.\d \(.+\)\.", lines[-1])
    assert Session.objects.count() == 0


def cost(request: float, sql: float, floor: float, *goals: Goal) -> Cost:
    return Cost(Task("a page", floor="SELECT 1", goals=goals), request, sql, 1, floor)


def test_a_goal_is_met_by_what_is_at_most_its_limit():
    met = cost(8.0, 1.5, 1.0, Goal("request", 8), Goal("ratio", 1.5))
    missed = cost(8.1, 1.6, 1.0, Goal("request", 8), Goal("ratio", 1.5))

    assert [is_met for _, _, is_met in met.results] == [True, True]
    assert [is_met for _, _, is_met in missed.results] == [False, False]


def test_work_is_compared_with_the_same_for_little():
    def asks(times: int):
        def work() -> None:
            for _ in range(times):
                with connection.cursor() as cursor:
                    cursor.execute("SELECT count(*) FROM generate_series(1, 20000)")

        return work

    much = measure(Task("much", call=asks(20), beside=asks(1), goals=(Goal("beside", 1.5),)), UserFactory(), times=3)
    alone = measure(Task("alone", call=asks(1)), UserFactory(), times=1)

    assert much.queries == 20
    assert much.beside > 1.5
    assert [is_met for _, _, is_met in much.results] == [False]
    assert alone.beside is None


@pytest.mark.parametrize(("limit", "status"), [(1e9, 0), (-1, 1)])
def test_the_exit_status_tells_a_missed_goal(monkeypatch, limit: float, status: int):
    UserFactory(role=Role.ADMINISTRATOR)
    tasks = [Task("nothing", call=lambda: None, goals=(Goal("request", limit),))]
    monkeypatch.setitem(SUBJECTS, "search", lambda: tasks)
    out = StringIO()

    with pytest.raises(SystemExit) if status else contextlib.nullcontext() as left:
        call_command("bench", "search", times=1, stdout=out)

    assert (left.value.code if left else 0) == status
    assert out.getvalue().splitlines()[-1] == f"{1 - status} buts tenus sur 1."


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_can_be_measured_alone(subject):
    play(Desk(), today(), ["EX-SOLDE"])
    UserFactory(role=Role.ADMINISTRATOR)

    assert len(told(subject)) == 2 + len(SUBJECTS[subject]())


def test_an_empty_installation_is_told():
    UserFactory(role=Role.ADMINISTRATOR)

    with pytest.raises(CommandError, match="Rien à mesurer"):
        told("sheet")


def test_without_an_administrator_nothing_is_measured():
    with pytest.raises(CommandError, match="administrateur"):
        told("list")


def test_what_the_tab_is_compared_with_tells_its_counters():
    compared = 0

    for client in play(Desk(), today()).values():
        looked = Looked(client, incidents_of(client.account), today())
        with connection.cursor() as cursor:
            cursor.execute(COUNTERS_FLOOR, {"account": client.account_id, "client": client.pk})
            rows = cursor.fetchall()
        numbers = {kind: number for kind, number, _ in rows if number is not None}
        amounts = {kind: abs(amount) for kind, _, amount in rows if amount is not None}
        if looked.incidents.told or not numbers.keys() <= {*KINDS.values(), "late"}:
            continue  # an opening balance counts as an invoice or a credit note
        counters = counters_of(looked, Asked(operations=Operations.CURRENT))
        told = {kind: counters.types[type_] for type_, kind in KINDS.items()} | {"late": counters.late}
        for kind, counter in told.items():
            assert (counter.number, counter.amount) == (numbers.get(kind, 0), amounts.get(kind, 0)), (client, kind)
            compared += counter.number
    assert compared > 20
