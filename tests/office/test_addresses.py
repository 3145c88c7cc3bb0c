"""Addresses that are set together are those that `reverse` finds."""

import pytest
from django.template import Context, Engine, Template
from django.urls import NoReverseMatch, reverse

from office.addresses import url_of

NAMES = [
    ("today", ()),
    ("document", (0,)),
    ("document", (7,)),
    ("document", (2**40,)),
    ("client_detail", ("C-00042",)),
    ("client_detail", ("ROUX",)),
    ("client_detail", ("nouveau",)),
    ("client_detail", ("12",)),
    ("client_detail", ("-1",)),
    ("client_detail", ("..",)),
    ("client_detail", ("A/B-1",)),
    ("client_detail", ("A~1",)),
    ("client_detail", ("1 2",)),
    ("client_invoices_export", ("C-1", "csv")),
    ("client_invoices_export", ("C-1", "x1")),
]


def found(find) -> str:
    try:
        return find()
    except NoReverseMatch:
        return "none"


@pytest.mark.parametrize(("name", "values"), NAMES)
def test_an_address_is_the_one_that_is_looked_up(name, values):
    for _ in range(2):
        assert found(lambda: url_of(name, *values)) == found(lambda: reverse(name, args=values))


@pytest.mark.parametrize("values", [(None,), (-1,), ("7",), ("x",), (True,), (1, 2)])
def test_what_is_no_address_is_none_either_way(values):
    for _ in range(2):
        assert found(lambda: url_of("document", *values)) == found(lambda: reverse("document", args=values))


@pytest.mark.parametrize(
    "text",
    [
        "{% url 'today' %}",
        "{% url 'client_detail' code %}",
        "{% url 'client_detail' code=code %}",
        "{% url 'client_detail' code as there %}<{{ there }}>",
        "{% url 'nowhere' as there %}<{{ there }}>",
    ],
)
@pytest.mark.parametrize("code", ["C-1", "nouveau", "A&B"])
def test_the_tag_of_the_pages_writes_what_djangos_writes(text, code):
    ours = found(lambda: Template(text).render(Context({"code": code})))
    theirs = found(lambda: Template(text, engine=Engine()).render(Context({"code": code})))

    assert ours == theirs
