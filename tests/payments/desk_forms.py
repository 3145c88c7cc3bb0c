"""What a desk sends from the forms of payments, and what stands on them."""

import re
from uuid import uuid4

from django.urls import reverse

from office.clock import today
from office.models import DatedSetting
from tests.builders import main_item


def sent(*methods, rows=None, action="save", **fields):
    """What the form sends. methods: (type, amount, reference); rows: what is typed beside documents."""
    data = {"key": str(uuid4()), "on": today().isoformat(), "m-TOTAL_FORMS": "4", "m-INITIAL_FORMS": "0"}
    for rank, (way, amount, *more) in enumerate(methods):
        data |= {f"m-{rank}-type": way, f"m-{rank}-amount": amount, f"m-{rank}-reference": more[0] if more else ""}
    for filed, amount in (rows or {}).items():
        data[f"item-{filed if isinstance(filed, int) else main_item(filed).pk}"] = amount
    return data | {"action": action} | fields


def address(buyer, name="payment_create"):
    return f"{reverse(name)}?client={buyer.code}"


def take(browser, buyer, *methods, **options):
    return browser.post(address(buyer), sent(*methods, **options))


def typed(html, filed):
    """What stands beside a document."""
    return re.search(rf'name="item-{main_item(filed).pk}"[^>]*?value="([^"]*)"', html)


def confirmed(browser, name, pk, **fields):
    return browser.post(reverse(name, args=[pk]), {"key": str(uuid4()), "reason": "erreur de saisie"} | fields)


def edit(browser, payment, method, **options):
    data = sent(method, **options) | {"m-TOTAL_FORMS": "1", "m-INITIAL_FORMS": "1"}
    return browser.post(reverse("payment_edit", args=[payment.pk]), data)


def set_limit(amount):
    DatedSetting.objects.create(name="payment.difference_limit", valid_from="2020-01-01", value=amount)
