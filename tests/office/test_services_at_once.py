"""Two administrators at the same moment."""

from collections import Counter

from office import services
from office.models import Role, User
from tests.factories import UserFactory
from tests.helpers import run_together


def test_two_administrators_cant_close_each_other_at_once(own_database):
    one, other = (UserFactory(role=Role.ADMINISTRATOR) for _ in range(2))

    outcomes = run_together(
        lambda: services.deactivate(User.objects.get(pk=one.pk), by=other),
        lambda: services.deactivate(User.objects.get(pk=other.pk), by=one),
    )

    assert Counter(type(outcome) for outcome in outcomes) == {type(None): 1, services.LastAdministrator: 1}
    assert User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).count() == 1
