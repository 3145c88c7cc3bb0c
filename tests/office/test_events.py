"""The event log: how it reads, and the page of it."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.management import call_command

from office.events import lines, record
from office.models import Event, Role
from tests.factories import UserFactory
from tests.pages import cells

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(username="karoui", first_name="Nadia", last_name="Karoui", role=Role.ADMINISTRATOR))
    return client


def logged(kind: Event.Kind, at: str, **fields) -> Event:
    return Event.objects.create(kind=kind, at=datetime.fromisoformat(at).replace(tzinfo=UTC), **fields)


def test_an_event_reads_in_short_sentences():
    change = {"field": "SIREN", "before": "", "after": "123456782"}

    assert lines({"suite": "", "adresse": "::1", "changes": [change], "paramètre": "Établissement"}) == [
        "paramètre\u00a0: Établissement",
        "SIREN\u00a0: (vide) → 123456782",
        "adresse\u00a0: ::1",
    ]


def test_newest_first_with_who_and_when_here(desk):
    logged(Event.Kind.START, "2026-11-24T22:59:59", detail={"version": "0.1.0"})
    logged(Event.Kind.LOGIN, "2026-11-24T23:00:00", user=UserFactory(username="durand"))

    html = desk.get("/journal/").content.decode()

    assert cells(html, "Le") == ["25/11/2026 00:00:00", "24/11/2026 23:59:59"]
    assert cells(html, "Nature") == ["Connexion", "Démarrage"]
    assert cells(html, "Utilisateur") == ["durand", ""]
    assert cells(html, "Détail") == ["", "version\u00a0: 0.1.0"]


def test_filters_by_kind_user_and_day_keep_to_themselves(desk):
    durand = UserFactory(username="durand")
    logged(Event.Kind.LOGIN, "2026-11-23T22:59:59", user=durand)
    logged(Event.Kind.LOGIN, "2026-11-23T23:00:00", user=durand)
    logged(Event.Kind.LOGOUT, "2026-11-24T22:59:59", user=durand)
    logged(Event.Kind.LOGIN, "2026-11-24T23:00:00")

    def found(query: str) -> list[str]:
        return cells(desk.get(f"/journal/?{query}").content.decode(), "Le")

    assert found("since=2026-11-24&until=2026-11-24") == ["24/11/2026 23:59:59", "24/11/2026 00:00:00"]
    assert found(f"kind=login&user={durand.pk}") == ["24/11/2026 00:00:00", "23/11/2026 23:59:59"]
    assert found("until=9999-12-31&since=0001-01-01") == found("")


@pytest.mark.parametrize("query", ["kind=nonsense", "user=0", "user=x", "since=hier", "until=32/01/2026"])
def test_nonsense_in_a_filter_is_told_beside_it(desk, query):
    response = desk.get(f"/journal/?{query}")

    assert response.status_code == 422
    assert list(response.context["filters"].form.errors) == [query.partition("=")[0]]


def test_the_log_is_shown_by_pages_that_keep_the_filters(desk):
    for _ in range(51):
        record(Event.Kind.LOGIN)

    html = desk.get("/journal/?kind=login").content.decode()

    assert len(cells(html, "Le")) == 50
    assert "1 à 50 sur 51" in html
    assert "kind=login&amp;page=2" in html


def test_what_is_typed_is_escaped(desk):
    record(Event.Kind.SETTINGS, {"paramètre": "<script>alert(1)</script>"})

    assert "<script>alert" not in desk.get("/journal/").content.decode()


def test_a_start_is_logged_with_the_version():
    call_command("log_start")

    assert Event.objects.get().detail == {"version": settings.VERSION}
