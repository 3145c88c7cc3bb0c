"""Two desks that change one client at the same moment."""

from clients.models import Change, Client
from clients.services import Details, change_client, open_client
from office.editing import ChangedMeanwhile
from tests import factories
from tests.helpers import run_together


def test_two_desks_at_once_dont_overwrite_each_other(own_database):
    client, user = open_client(Details("Delmas")), factories.UserFactory()

    def change(**fields):
        edited = Client.objects.get(pk=client.pk)
        for name, value in fields.items():
            setattr(edited, name, value)
        return change_client(edited=edited, rows={}, version=1, by=user)

    outcomes = run_together(lambda: change(street="4 rue Pasteur"), lambda: change(phone="06 99 99 99 99"))

    assert sorted(type(outcome) for outcome in outcomes if isinstance(outcome, Exception)) == [ChangedMeanwhile]
    assert Change.objects.count() == 1
