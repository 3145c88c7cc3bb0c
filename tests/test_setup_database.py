"""The tests' databases do what the other tests count on."""

import pytest
from django.db import connection, connections, transaction
from django.db.utils import IntegrityError

from office.models import Site
from tests.helpers import run_together, settle


@pytest.mark.django_db
@pytest.mark.parametrize("_round", [1, 2])
def test_ordinary_tests_are_rolled_back(_round):
    Site.objects.create(code="A", name="A")

    assert Site.objects.count() == 1


@pytest.mark.parametrize("_round", [1, 2])
def test_a_committing_test_has_a_database_of_its_own(own_database, _round):
    Site.objects.create(code="A", name="A")
    transaction.commit() if not connection.get_autocommit() else None

    assert run_together(Site.objects.count, Site.objects.count) == [1, 1]
