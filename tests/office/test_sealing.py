"""The event log's chain: what is sealed when, and what is told of a log that somebody changed by SQL."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from office import sealing
from office.events import record
from office.models import Event, EventChain, EventSeal, Role
from office.sealing import check_events, seal_events
from tests.factories import UserFactory
from tests.helpers import execute, refused, run_together, without_rules


def alone() -> tuple[int, int]:
    """This transaction as the oldest under way: those of the other databases of the cluster don't write here."""
    own = execute("SELECT pg_current_xact_id()::text::bigint")[0][0]
    return own, own


@pytest.fixture
def log(own_database, monkeypatch):
    """Four events, sealed; and the superuser who changes them."""
    monkeypatch.setattr(sealing, "_transactions", alone)
    for rank in range(1, 5):
        record(Event.Kind.SETTINGS, {"paramètre": f"Réglage {rank}", "valeur": 1.50})
    seal_events()
    seal_events()  # nobody is writing any more: nothing else can turn up before them
    with without_rules(own_database) as superuser:
        yield superuser
    connection.close()


def keys() -> list[int]:
    return list(Event.objects.order_by("pk").values_list("pk", flat=True))


def test_a_log_that_nobody_touched_is_sound(log):
    found = check_events()

    assert (found.sealed, found.waiting, found.faults) == (4, 0, [])


def test_what_is_written_since_waits_for_its_turn(log):
    record(Event.Kind.LOGIN)

    assert (check_events().sealed, check_events().waiting) == (4, 1)
    assert seal_events() == 1
    assert (check_events().sealed, check_events().waiting, check_events().faults) == (5, 0, [])


@pytest.mark.parametrize(
    "change",
    [
        """detail = '{"paramètre": "Autre"}'""",
        "kind = 'login'",
        "at = at - interval '1 microsecond'",
        "user_id = 1",
    ],
)
def test_a_changed_event_is_named(log, change):
    second = keys()[1]
    log.execute(f"UPDATE office_event SET {change} WHERE id = {second}")

    [fault] = check_events().faults

    assert fault.startswith(f"Événement n°\u00a0{second} (")
    assert fault.endswith("il n’est plus ce qui a été scellé.")


def test_a_removed_event_is_named(log):
    third = keys()[2]
    log.execute(f"DELETE FROM office_event WHERE id = {third}")

    assert check_events().faults == [f"Événement n°\u00a0{third}\u00a0: il a été retiré du journal."]


def test_an_event_removed_with_its_seal_is_missed(log):
    third, fourth = keys()[2:]
    log.execute(f"DELETE FROM office_eventseal WHERE event_id = {third}")
    log.execute(f"DELETE FROM office_event WHERE id = {third}")

    assert check_events().faults == [f"Événement n°\u00a0{fourth}\u00a0: avant lui, il manque le scellement n°\u00a03."]


def test_ranks_closed_up_over_a_removed_event_are_told(log):
    third, fourth = keys()[2:]
    log.execute(f"DELETE FROM office_eventseal WHERE event_id = {third}")
    log.execute(f"DELETE FROM office_event WHERE id = {third}")
    log.execute(f"UPDATE office_eventseal SET rank = 3 WHERE event_id = {fourth}")

    faults = check_events().faults

    assert f"Événement n°\u00a0{fourth}\u00a0: l’événement d’avant n’est plus celui qu’il suit." in faults
    assert "La fin du journal a été retirée\u00a0: 4 événements ont été scellés, 3 sont là." in faults


def test_a_removed_end_is_told(log):
    log.execute("DELETE FROM office_eventseal WHERE rank > 2")
    log.execute(f"DELETE FROM office_event WHERE id >= {keys()[2]}")

    assert check_events().faults == ["La fin du journal a été retirée\u00a0: 4 événements ont été scellés, 2 sont là."]


def test_an_end_moved_back_with_it_has_no_proof(log):
    log.execute("DELETE FROM office_eventseal WHERE rank > 2")
    log.execute(f"DELETE FROM office_event WHERE id >= {keys()[2]}")
    log.execute(
        "UPDATE office_eventchain SET rank = 2,"
        " (sha256, hmac) = (SELECT sha256, hmac FROM office_eventseal WHERE rank = 2)"
    )

    assert check_events().faults[0] == "Ce qui dit jusqu’où le journal est scellé a été modifié."


def test_an_event_slipped_in_is_named(log):
    first = keys()[0]
    log.execute(f"UPDATE office_event SET id = {first} - 1 WHERE id = {first}")
    log.execute(f"UPDATE office_eventseal SET event_id = {first} - 1 WHERE event_id = {first}")
    log.execute(f"INSERT INTO office_event (id, kind, at, detail) VALUES ({first}, 'login', now(), '{{}}')")

    faults = check_events().faults

    assert faults[0].endswith("il n’est plus ce qui a été scellé.")
    assert faults[1].startswith(f"Événement n°\u00a0{first} (")
    assert faults[1].endswith("il a été ajouté après coup.")


def test_two_events_that_changed_places_are_named(log):
    second, third = keys()[1:3]
    for was, now in ((second, 0), (third, second), (0, third)):
        log.execute(f"UPDATE office_event SET id = {now} WHERE id = {was}")

    assert [fault.partition(" (")[0] for fault in check_events().faults] == [
        f"Événement n°\u00a0{second}",
        f"Événement n°\u00a0{third}",
    ]


def test_seals_that_changed_places_are_told(log):
    for was, now in ((2, 0), (3, 2), (0, 3)):
        log.execute(f"UPDATE office_eventseal SET rank = {now} WHERE rank = {was}")

    assert "l’événement d’avant n’est plus celui qu’il suit." in check_events().faults[0]


def test_a_whole_chain_made_anew_has_no_proof(log, settings):
    settings.CLOSING_KEY = "une autre clé"
    log.execute("DELETE FROM office_eventseal")
    log.execute("DELETE FROM office_eventchain")
    log.execute("UPDATE office_event SET kind = 'login'")
    seal_events()
    settings.CLOSING_KEY = "la clé de l’installation"

    faults = check_events().faults

    assert len([fault for fault in faults if fault.endswith("sa preuve n’est pas de cette installation.")]) == 4


def test_what_commits_late_is_sealed_and_no_fault(own_database):
    """An event with a lower key that is committed after a higher one was sealed."""
    written, go = threading.Event(), threading.Event()

    def late() -> None:
        with transaction.atomic():
            record(Event.Kind.LOGIN, {"compte": "lent"})
            written.set()
            assert go.wait(20)

    def sealer() -> list[int]:
        assert written.wait(20)
        record(Event.Kind.LOGOUT, {"compte": "rapide"})
        first = [seal_events(), seal_events(), seal_events()]
        go.set()
        return first

    _, sealed = run_together(late, sealer)

    assert sealed == [1, 0, 0]
    assert seal_events() == 1
    assert (check_events().faults, check_events().sealed, check_events().waiting) == ([], 2, 0)
    kinds = EventSeal.objects.order_by("rank").values_list("event__kind", flat=True)
    assert list(kinds) == ["logout", "login"]


def test_two_sealers_seal_each_event_once(own_database):
    for _ in range(50):
        record(Event.Kind.LOGIN)

    sealed = run_together(seal_events, seal_events, seal_events)

    assert sum(sealed) == 50
    assert (check_events().faults, check_events().sealed) == ([], 50)


def test_a_base_restored_elsewhere_goes_on(log):
    log.execute("UPDATE office_eventchain SET reached_by = 9000000000000000000")
    record(Event.Kind.LOGIN)

    seal_events()
    seal_events()
    seal_events()

    assert check_events().faults == []
    assert EventChain.objects.get().through == keys()[-1]


def test_more_than_a_step_is_sealed_at_once(own_database, monkeypatch):
    monkeypatch.setattr("office.sealing.STEP", 3)
    for _ in range(7):
        record(Event.Kind.LOGIN)

    assert seal_events() == 7
    assert (check_events().faults, check_events().sealed) == ([], 7)


@pytest.mark.django_db
def test_seals_are_for_good():
    record(Event.Kind.LOGIN)
    seal_events()

    with refused("office_event_seal_unchanged"):
        execute("UPDATE office_eventseal SET hmac = ''")
    with refused("office_event_seal_unchanged"):
        execute("DELETE FROM office_eventseal")
    with refused("office_event_chain_kept"):
        execute("DELETE FROM office_eventchain")
    with refused("office_event_chain_forward"):
        execute("UPDATE office_eventchain SET rank = 0")


@pytest.mark.django_db
def test_the_page_tells_that_all_is_sound_and_what_waits(client):
    client.force_login(UserFactory(role=Role.ADMINISTRATOR))
    seal_events()
    Event.objects.create(kind=Event.Kind.LOGIN, at=datetime(2026, 3, 2, tzinfo=UTC))

    text = " ".join(client.get("/journal/verifier/").content.decode().split())

    assert "Le journal est intact" in text
    assert f"{EventSeal.objects.count()} événement" in text
    assert "1 attend encore de l’être" in text
    assert Event.objects.order_by("-pk")[0].detail == {"action": "journal", "fautes": 0}


def test_the_page_tells_each_fault_and_the_log_keeps_that_there_are_some(log, client):
    client.force_login(UserFactory(role=Role.ADMINISTRATOR))
    first = keys()[0]
    log.execute(f"DELETE FROM office_event WHERE id = {first}")

    html = client.get("/journal/verifier/").content.decode()

    assert f"Événement n°\u00a0{first}\u00a0: il a été retiré du journal." in html
    assert Event.objects.order_by("-pk")[0].detail == {"action": "journal", "fautes": 1}
