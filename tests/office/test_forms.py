from datetime import date
from decimal import Decimal
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from djmoney.money import Money

from office.forms import DayForm, OperationForm, digest_of, form_status
from office.models import Site

KEY = "0191d6c2-7d2e-7c3a-9d4e-3a1b2c3d4e5f"


class PaymentForm(OperationForm):
    amount = forms.DecimalField()
    on = forms.DateField()
    note = forms.CharField(required=False)


def payment(**changes: str) -> PaymentForm:
    form = PaymentForm({"key": KEY, "amount": "80.00", "on": "2026-11-25", "note": ""} | changes)
    assert form.is_valid()
    return form


def test_only_a_refused_form_answers_422():
    assert form_status(PaymentForm()) == 200
    assert form_status(payment()) == 200
    assert form_status(PaymentForm({"key": KEY})) == 422


def test_a_form_first_shown_draws_a_key_of_its_own():
    first, second = (UUID(PaymentForm()["key"].value()) for _ in range(2))

    assert first != second


def test_a_refused_form_comes_back_with_its_key_and_what_was_typed():
    form = PaymentForm({"key": KEY, "amount": "douze", "on": "2026-11-25"})

    assert f'value="{KEY}"' in str(form["key"])
    assert 'value="douze"' in str(form["amount"])


def test_a_form_without_a_readable_key_is_refused():
    for key in ("", "12"):
        form = PaymentForm({"key": key, "amount": "80.00", "on": "2026-11-25"})

        assert form.errors == {"key": ["Ce formulaire a perdu sa clé\u00a0: rouvrez la page et recommencez."]}


def test_the_digest_tells_other_input_apart_and_leaves_the_key_out():
    assert payment().digest() == payment(key=str(uuid4()), amount="80").digest()
    assert payment().digest() != payment(amount="80.01").digest()
    assert payment().digest() != payment(on="2026-11-26").digest()
    assert payment().idempotency_key == UUID(KEY)


def test_the_digest_is_that_of_the_canonical_text():
    text = '{"amount":"80","note":"à la caisse","on":"2026-11-25"}'

    given = {"on": date(2026, 11, 25), "note": "à la caisse", "amount": Decimal("80.00")}

    assert digest_of(given) == sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Decimal("0.10"), Decimal("0.01")),
        (Money("10", "EUR"), Money("10", "USD")),
        (None, ""),
        (True, "true"),
        ([1, 2], [2, 1]),
        ({"a": [{"b": Decimal(1)}]}, {"a": [{"b": Decimal(2)}]}),
        (SimpleUploadedFile("a.csv", b"1"), SimpleUploadedFile("a.csv", b"2")),
        (Site(pk=1), Site(pk=2)),
        (Site(pk=1), 1),
    ],
)
def test_values_of_different_meaning_have_different_digests(one, other):
    assert digest_of({"value": one}) != digest_of({"value": other})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Decimal("-0.00"), Decimal(0)),
        (Money("10.0", "EUR"), Money("10.00", "EUR")),
        (SimpleUploadedFile("a.csv", b"1"), SimpleUploadedFile("b.csv", b"1")),
        ((1, 2), [1, 2]),
        (Site(pk=1, name="Parc"), Site(pk=1, name="Port")),
    ],
)
def test_values_of_the_same_meaning_have_the_same_digest(one, other):
    assert digest_of({"value": one}) == digest_of({"value": other})


def test_an_uploaded_file_can_still_be_read_after_its_digest():
    file = SimpleUploadedFile("a.csv", b"code;nom")

    digest_of({"file": file})

    assert file.read() == b"code;nom"


@pytest.mark.django_db
def test_the_rows_of_a_choice_count_whatever_their_order():
    for code in ("P", "Q"):
        Site.objects.create(code=code, name=code)

    up, down = Site.objects.order_by("pk"), Site.objects.order_by("-pk")

    assert digest_of({"sites": up}) == digest_of({"sites": down})
    assert digest_of({"sites": up}) != digest_of({"sites": up.filter(code="P")})


def test_an_unknown_kind_of_value_has_no_digest():
    with pytest.raises(TypeError, match="No digest of a float"):
        digest_of({"rate": 0.2})


TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("data", "past", "status"),
    [
        ({}, None, 200),
        ({"page": "2"}, None, 200),
        ({"on": ""}, None, 200),
        ({"on": "2026-11-25"}, None, 200),
        ({"on": "2026-11-24"}, date(2026, 11, 24), 200),
        ({"on": "24/11/2026"}, date(2026, 11, 24), 200),
        ({"on": "2026-11-26"}, None, 422),
        ({"on": "hier"}, None, 422),
    ],
)
def test_a_page_is_of_today_or_of_a_past_day(data, past, status):
    form = DayForm(data, today=TODAY)

    assert form.past == past
    assert form_status(form) == status


def test_the_field_of_the_day_proposes_today_and_nothing_later():
    html = str(DayForm({}, today=TODAY)["on"])

    assert 'value="2026-11-25"' in html
    assert 'max="2026-11-25"' in html
