"""The monthly turn of statements: on its day, of the month before, once, and caught up once."""

from datetime import date, datetime, time

import pytest
from django.urls import reverse
from django.utils import timezone

from ledger.models import Operation
from office.models import Event, MailServer, Role
from statements.models import Round, RoundSchedule
from statements.rounds.monthly import save_schedule, take_turn
from statements.rounds.queries import schedule
from tests.builders import a_client, invoice
from tests.factories import UserFactory
from tests.helpers import refused, run_together
from tests.pages import at_work, text_of

SINCE = date(2026, 1, 10)


def planned(day: int = 5, *, since: date | None = SINCE, **more) -> RoundSchedule:
    return RoundSchedule.objects.create(pk=1, day=day, since=since, **more)


def turn(*day: int) -> Round | None:
    on = date(*day)
    at = datetime.combine(on, time(8), timezone.get_default_timezone())
    return take_turn(at=at, on=on, job=lambda **_: None)


@pytest.fixture
def debtor(db):
    invoice(someone := a_client("C-1"), date(2026, 1, 12), "10")
    return someone


def test_it_comes_on_its_day_for_the_month_before_and_once(debtor):
    planned(5)

    assert turn(2026, 2, 4) is None
    made = turn(2026, 2, 5)

    assert (made.start, made.end, made.month) == (date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1))
    assert made.about == "Relevés mensuels, janvier 2026"
    assert (made.operation.kind, made.operation.user) == (Operation.Kind.STATEMENT, None)
    assert turn(2026, 2, 5) is None
    assert turn(2026, 2, 27) is None


def test_the_31st_is_the_last_day_of_a_shorter_month(debtor):
    planned(31)
    turn(2026, 1, 31)

    assert turn(2026, 2, 27) is None
    assert turn(2026, 2, 28) is not None


@pytest.mark.parametrize(("on", "month"), [((2026, 4, 20), 4), ((2026, 4, 2), 3)])
def test_what_was_missed_is_caught_up_once(debtor, on, month):
    planned(5)

    first, second = turn(*on), turn(*on)

    assert (first.month, second) == (date(2026, month, 1), None)


def test_what_was_due_before_it_was_switched_on_or_while_it_is_off_is_not_made(debtor):
    plan = planned(5, since=date(2026, 2, 6))
    assert turn(2026, 2, 20) is None

    plan.since = None
    plan.save()

    assert turn(2026, 3, 5) is None


def test_another_day_of_the_same_month_makes_no_second_turn(debtor):
    planned(5)
    turn(2026, 2, 5)

    RoundSchedule.objects.update(day=20)

    assert turn(2026, 2, 20) is None
    assert turn(2026, 3, 20) is not None


@pytest.mark.django_db
def test_a_month_without_anybody_is_noted_and_not_asked_again():
    planned(5)

    made = turn(2026, 2, 5)

    assert made.ended_at is not None
    assert turn(2026, 2, 6) is None


def test_e_mails_leave_by_themselves_if_wanted_and_a_server_is_known(debtor):
    planned(5, sends=True)
    assert turn(2026, 2, 5).mailing is None

    MailServer.objects.create(pk=1, sender_address="a@exemple.fr")

    made = turn(2026, 3, 5)
    assert made.mailing == made.operation


def test_two_workers_begin_one_turn(own_database):
    invoice(a_client("C-1"), date(2026, 1, 12), "10")
    planned(5)

    run_together(lambda: turn(2026, 2, 5), lambda: turn(2026, 2, 5))

    assert Round.objects.count() == 1


def test_the_database_has_one_turn_a_month(debtor):
    planned(5)
    turn(2026, 2, 5)
    other = Operation.objects.create(kind="statement", at=timezone.now(), day=date(2026, 2, 5))

    with refused("statements_round_once_a_month"):
        Round.objects.create(operation=other, month=date(2026, 2, 1))


@pytest.mark.django_db
def test_switching_it_on_keeps_the_day_and_says_so_in_the_log():
    admin = UserFactory(role=Role.ADMINISTRATOR)
    save_schedule(RoundSchedule(pk=1, day=9), is_on=True, fields=["day"], on=date(2026, 3, 1), by=admin)
    save_schedule(schedule(), is_on=True, fields=["day"], on=date(2026, 3, 9), by=admin)
    since = schedule().since

    save_schedule(schedule(), is_on=False, fields=["day"], on=date(2026, 3, 10), by=admin)

    assert (since, schedule().since) == (date(2026, 3, 1), None)
    assert Event.objects.filter(kind=Event.Kind.SETTINGS).count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["0", "32", "x", ""])
def test_a_day_that_no_month_has_is_told(client, day):
    desk = at_work(client, role=Role.ADMINISTRATOR)

    response = desk.post(
        reverse("settings_statements"), {"is_on": "on", "day": day, "choice": "balance", "basis": "ttc"}
    )

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["day"])
    assert not RoundSchedule.objects.exists()


@pytest.mark.django_db
def test_an_administrator_sets_it_and_sees_the_last_turn(client):
    desk = at_work(client, role=Role.ADMINISTRATOR)

    desk.post(reverse("settings_statements"), {"is_on": "on", "day": "7", "choice": "late", "basis": "ht"})

    plan = schedule()
    assert (plan.is_on, plan.day, plan.choice, plan.basis, plan.sends) == (True, 7, "late", "ht", False)
    RoundSchedule.objects.update(since=SINCE)
    turn(2026, 2, 7)
    assert "Relevés mensuels, janvier 2026" in text_of(desk.get(reverse("settings_statements")).content.decode())
