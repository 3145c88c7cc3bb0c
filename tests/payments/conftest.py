"""Who is at work in the tests of payments, and for whom."""

import pytest

from office.models import Role
from tests.builders import a_client
from tests.pages import at_work


@pytest.fixture
def desk(client):
    return at_work(client)


@pytest.fixture
def books(client):
    return at_work(client, role=Role.ACCOUNTANT)


@pytest.fixture
def buyer():
    return a_client("C-1")
