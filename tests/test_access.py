"""The map: what every URL answers to everybody, logged out and in each role.

A URL that is missing here fails `test_the_map_has_every_url`; so does one that exists no more.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from clients.services import Details, open_client
from invoicing.services import record_visit
from office.models import Role, User
from tests import factories

LOGIN = "to the login page"
VISITORS = (None, *Role)


class Page(NamedTuple):
    """What a GET and a POST of something incomplete answer: logged out, Accueil, Comptable, Administrateur."""

    get: tuple[int | str, ...]
    post: tuple[int | str, ...]
    arguments: Callable[[], dict[str, Any]] = dict  # of the URL; makes the record it is about


ALL = (LOGIN, 200, 200, 200)
FORM = (LOGIN, 422, 422, 422)
ELSEWHERE = (LOGIN, 302, 302, 302)
DAY = date(2026, 1, 5)
ABSENT = (LOGIN, 404, 404, 404)


def a_client() -> dict[str, Any]:
    return {"code": open_client(Details("Mme Delmas", code="DELMAS")).code}


def a_visit() -> dict[str, Any]:
    client = open_client(Details("Mme Delmas"))
    return {"pk": record_visit(client=client, day=DAY, lines=[], op=factories.op(DAY)).pk}


def a_document() -> dict[str, Any]:
    return {"pk": factories.invoice_entry(open_client(Details("Mme Delmas")).account, "50.00", DAY).document_id}


MAP = {
    "home": Page(get=ELSEWHERE, post=ELSEWHERE),
    "login": Page(get=(200, 302, 302, 302), post=(422, 302, 302, 302)),
    "logout": Page(get=(405, 405, 405, 405), post=(302, 302, 302, 302)),
    "password_change": Page(get=ALL, post=FORM),
    "password_change_done": Page(get=ALL, post=ALL),
    "client_list": Page(get=ALL, post=ALL),
    "client_create": Page(get=ALL, post=FORM),
    "client_detail": Page(get=ALL, post=ALL, arguments=a_client),
    "client_balance": Page(get=ALL, post=ALL, arguments=a_client),
    "client_unpaid": Page(get=ALL, post=ALL, arguments=a_client),
    "client_to_invoice": Page(get=ALL, post=ALL, arguments=a_client),
    "client_credits": Page(get=ALL, post=ALL, arguments=a_client),
    "visit_detail": Page(get=ALL, post=ALL, arguments=a_visit),
    "document": Page(get=ALL, post=ALL, arguments=a_document),
    # In DEBUG only
    "components": Page(get=ABSENT, post=ABSENT),
    "component_window": Page(get=ABSENT, post=ABSENT),
}


def names(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    """The names of all URLs; one without a name by its route, which the map can't have."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        else:
            yield f"{prefix}{pattern.name or pattern.pattern}"


def test_the_map_has_every_url():
    assert sorted(names(get_resolver().url_patterns)) == sorted(MAP)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", VISITORS, ids=lambda role: role or "logged_out")
@pytest.mark.parametrize("name", MAP)
def test_every_url_for_every_role(client: Client, name: str, role: Role | None, method: str):
    page = MAP[name]
    url = reverse(name, kwargs=page.arguments())
    if role:
        client.force_login(User.objects.create_user("quelqu.un", role=role))

    response = client.get(url) if method == "get" else client.post(url, {"incomplete": "1"})

    expected = getattr(page, method)[VISITORS.index(role)]
    if expected == LOGIN:
        assert (response.status_code, response.headers["Location"]) == (302, f"{reverse('login')}?next={url}")
    else:
        assert response.status_code == expected
