"""The tests' databases do what the other tests count on."""

import pytest

from office.models import Site
from tests.helpers import run_together


@pytest.mark.django_db
@pytest.mark.parametrize("_round", [1, 2])
def test_an_ordinary_test_is_rolled_back(_round):
    Site.objects.create(code="A", name="A")

    assert Site.objects.count() == 1


@pytest.mark.parametrize("_round", [1, 2])
def test_a_committing_test_has_a_database_of_its_own(own_database, _round):
    Site.objects.create(code="A", name="A")

    assert run_together(Site.objects.count, Site.objects.count) == [1, 1]
