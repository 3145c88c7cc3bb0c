"""The day that the desk's forms propose once a till is closed."""

from datetime import timedelta

import pytest

from ledger.models import PeriodLock
from ledger.services import shut
from office.clock import today
from office.models import Role
from tests.builders import a_client, invoice, pay
from tests.pages import at_work

pytestmark = pytest.mark.django_db


def test_once_today_is_closed_what_moves_money_is_proposed_tomorrow(client):
    desk, roux = at_work(client, role=Role.ACCOUNTANT), a_client("ROUX")
    f = invoice(roux, today(), "50")
    taken = pay(roux, today(), "80", {f: "50"}, by="cash")
    addresses = [
        "/reglements/nouveau/?client=ROUX",
        f"/reglements/{taken.pk}/incident/",
        f"/documents/{taken.document_id}/rembourser/",
        "/caisse/sans/mouvement/",
    ]
    open_today = [desk.get(address).context["form"]["on"].value() for address in addresses]

    shut(PeriodLock.Scope.TILL, today())

    assert set(open_today) == {today()}
    for address in addresses:
        assert desk.get(address).context["form"]["on"].value() == today() + timedelta(days=1), address
