"""Who fails too often waits; who leaves a session unused logs in again; whose password was given changes it."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings as project
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils.timezone import localtime, now

from office import services
from office.middleware import SessionsEnd, duration
from office.models import Company, Event, Role, User
from office.tasks import forget_old_sessions
from office.visitors import address_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "cheval-agrafe-7"
LIMIT = project.AXES_FAILURE_LIMIT
ONE_MINUTE = timedelta(minutes=1)


@pytest.fixture
def user() -> User:
    return User.objects.create_user("durand", password=PASSWORD)


def sign_in(client: Client, password: str, username: str = "durand", address: str = "192.0.2.7"):
    return client.post("/connexion/", {"username": username, "password": password}, REMOTE_ADDR=address)


def fail(client: Client, times: int, **more: str) -> list[int]:
    return [sign_in(client, "faux", **more).status_code for _ in range(times)]


# Logins


def test_after_five_failures_even_the_right_password_waits_and_is_told_until_when(client, user):
    statuses = fail(client, LIMIT)
    response = sign_in(client, PASSWORD)

    assert statuses == [422] * (LIMIT - 1) + [429]
    assert response.status_code == 429
    (told,) = response.context["form"].non_field_errors()
    then = localtime(AccessAttempt.objects.get().attempt_time) + project.AXES_COOLOFF_TIME + ONE_MINUTE
    assert told == f"Trop d’essais manqués\u00a0: réessayez à partir de {then.hour}\u00a0h\u00a0{then.minute:02}."
    assert 'value="durand"' in response.content.decode()


def test_the_wait_ends_and_isnt_drawn_out_by_trying(client, user):
    fail(client, LIMIT + 3)
    AccessAttempt.objects.update(attempt_time=AccessAttempt.objects.get().attempt_time - project.AXES_COOLOFF_TIME)

    assert sign_in(client, PASSWORD).status_code == 302


def test_another_name_and_another_address_dont_wait(client, user):
    UserFactory(username="vidal").set_password(PASSWORD)
    fail(client, LIMIT)

    assert sign_in(client, "faux", username="vidal").status_code == 422
    assert sign_in(Client(), PASSWORD, address="192.0.2.8").status_code == 302


def test_a_name_that_nobody_has_waits_as_any_other(client):
    assert fail(client, LIMIT)[-1] == 429


def test_a_login_forgets_the_failures_before_it(client, user):
    fail(client, LIMIT - 1)
    sign_in(client, PASSWORD)
    client.logout()

    assert fail(client, LIMIT - 1) == [422] * (LIMIT - 1)


def test_a_reset_password_ends_the_wait(client, user):
    fail(client, LIMIT)

    password = services.reset_password(user, by=UserFactory(role=Role.ADMINISTRATOR))

    assert sign_in(client, password).status_code == 302


def test_logins_are_logged_and_a_wait_once(client, user):
    fail(client, LIMIT + 3)
    AccessAttempt.objects.all().delete()
    sign_in(client, PASSWORD)
    client.post("/deconnexion/")

    events = list(Event.objects.order_by("pk").values_list("kind", "user__username", "detail"))
    refused = {"adresse": "192.0.2.7"}
    assert events == [
        *[("login_failed", "durand", refused)] * (LIMIT - 1),
        ("login_failed", "durand", {**refused, "suite": "connexion suspendue"}),
        ("login", "durand", {"adresse": "192.0.2.7"}),
        ("logout", "durand", {}),
    ]


def test_each_night_what_ended_is_forgotten(client, user):
    client.force_login(user)
    Session.objects.update(expire_date=now() - ONE_MINUTE)
    fail(Client(), 1)
    AccessAttempt.objects.update(attempt_time=now() - project.AXES_COOLOFF_TIME - ONE_MINUTE)
    fail(Client(), 1, username="vidal")

    forget_old_sessions(timestamp=0)

    assert not Session.objects.exists()
    assert AccessAttempt.objects.get().username == "vidal"


@pytest.mark.parametrize(
    ("forwarded", "header", "address"),
    [
        (False, "198.51.100.1", "192.0.2.7"),
        (True, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (True, "203.0.113.9, nonsense", "192.0.2.7"),
        (True, "2001:db8::1", "2001:db8::1"),
        (True, "", "192.0.2.7"),
    ],
)
def test_the_address_is_the_proxys_word_only_where_there_is_one(rf, settings, forwarded, header, address):
    settings.FORWARDED = forwarded

    assert address_of(rf.get("/", REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR=header)) == address


def test_a_request_from_nowhere_has_no_address(rf):
    assert address_of(rf.get("/", REMOTE_ADDR="")) is None


# Sessions


def unused_for(client: Client, minutes: float) -> None:
    session = client.session
    session[SessionsEnd.SEEN] = int(session[SessionsEnd.SEEN] - minutes * 60)
    session.save()


@pytest.fixture
def inside(client, user) -> Client:
    client.force_login(user)
    client.get("/mot-de-passe/")
    return client


def test_a_session_ends_after_eight_unused_hours(inside):
    unused_for(inside, 8 * 60 - 1)
    assert inside.get("/mot-de-passe/").status_code == 200

    unused_for(inside, 8 * 60)
    page = inside.get("/mot-de-passe/", follow=True)

    assert page.redirect_chain == [("/connexion/?next=/mot-de-passe/", 302)]
    assert "Votre session s’est terminée après 8\u00a0h sans activité." in page.content.decode()
    event = Event.objects.get()
    assert (event.kind, event.user.username, event.detail) == ("logout", "durand", {"cause": "sans activité"})


def test_a_session_ends_after_the_time_that_the_settings_say(inside):
    Company.objects.create(pk=1, idle_minutes=30)

    unused_for(inside, 29)
    assert inside.get("/mot-de-passe/").status_code == 200
    unused_for(inside, 30)
    assert inside.get("/mot-de-passe/").status_code == 302


def test_a_session_in_use_never_looks_up_the_setting_nor_writes(inside, django_assert_num_queries):
    with django_assert_num_queries(2):  # the session and the user
        inside.get("/mot-de-passe/")


@pytest.mark.parametrize(("minutes", "said"), [(45, "45 min"), (60, "1 h"), (90, "1 h 30"), (65, "1 h 05")])
def test_a_duration_is_said_as_one_says_it(minutes, said):
    assert duration(minutes) == said.replace(" ", "\u00a0")


# A password that an administrator gave


def test_nothing_opens_before_a_given_password_is_changed(inside, user):
    User.objects.update(must_change_password=True)

    assert inside.get("/composants/").headers["Location"] == "/mot-de-passe/"
    fragment = inside.get("/composants/", headers={"HX-Request": "true"})
    assert fragment.headers["HX-Redirect"] == "/mot-de-passe/"
    assert inside.post("/deconnexion/").headers["Location"] == "/connexion/"
