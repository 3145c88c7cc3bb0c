"""Tables of few rows."""

import pytest
from django.forms import ModelChoiceField

from office.models import Site
from tests.factories import SiteFactory

pytestmark = pytest.mark.django_db


def test_choices_come_at_once_and_are_kept(django_assert_num_queries):
    lyon, nice = SiteFactory(name="Lyon"), SiteFactory(name="Nice")
    rows = Site.objects.order_by("name", "pk")

    with django_assert_num_queries(1):
        assert [*rows.iterator()] == [*rows] == [lyon, nice]
    assert [label for _, label in ModelChoiceField(rows, empty_label="Tous").choices] == ["Tous", "Lyon", "Nice"]
