"""Paramètres > Règlements."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from office.clock import today
from office.models import Event, Role
from payments.queries import difference_limit, incident_fee
from tests.builders import pay
from tests.pages import at_work, text_of
from tests.payments.desk_forms import address

pytestmark = pytest.mark.django_db


def test_the_fee_and_the_limit_hold_from_a_day_on(client, buyer):
    admin = at_work(client, role=Role.ADMINISTRATOR)
    cheque = pay(buyer, today() - timedelta(days=2), "80", by="cheque")

    asked = {"incident_fee": "15,00", "difference_limit": "0,50", "valid_from": today().isoformat()}
    answer = admin.post(reverse("settings_payments"), asked)

    assert answer.status_code == 302
    assert (incident_fee(today()), incident_fee(today() - timedelta(days=1))) == (15, 0)
    assert difference_limit(today()) == Decimal("0.50")
    form = admin.get(reverse("incident_declare", args=[cheque.pk])).content.decode()
    assert re.search(r'name="fee"[^>]*value="15,00"', form)


def test_a_type_that_is_no_longer_offered_stays_on_what_it_paid(client, buyer):
    payment = pay(buyer, today(), "80")
    admin = at_work(client, role=Role.ADMINISTRATOR)
    said = {"label": "Carte bleue", "account": "512", "journal": "bank", "position": "2"}

    admin.post(reverse("payment_type_edit", args=["card"]), said)

    assert "Carte bleue" not in admin.get(address(buyer)).content.decode()
    assert "Carte bleue" in text_of(admin.get(reverse("document", args=[payment.document_id])).content.decode())
    assert Event.objects.filter(kind=Event.Kind.SETTINGS).count() == 1


def test_cash_goes_to_a_till_and_nothing_else_does(client):
    admin = at_work(client, role=Role.ADMINISTRATOR)
    said = {"code": "jetons", "label": "Jetons", "account": "530", "journal": "bank", "position": "9"}

    answer = admin.post(reverse("payment_type_create"), said)

    assert answer.status_code == 422
    assert "va avec le journal de caisse" in text_of(answer.content.decode())
