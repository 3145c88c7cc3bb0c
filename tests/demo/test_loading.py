"""The demo is loaded once, whole, and into nobody's books."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count

from clients.models import Client
from demo.examples import EXAMPLES
from demo.loading import BooksInUse, load
from demo.logins import DEMO_LOGINS
from invoicing.models import Category, Item, Tariff, VisitLine
from invoicing.queries import tariffs_found
from ledger.models import Document
from office.models import Company, Role, Site, User
from tests.builders import a_client, told
from tests.helpers import run_together

TODAY = date(2026, 3, 16)


@pytest.mark.usefixtures("sound_ledger")
def test_the_demo_is_the_clinic_with_the_worked_examples():
    assert load(TODAY)

    assert Company.objects.get().name == "Clinique vétérinaire du Parc"
    assert set(Client.objects.values_list("code", flat=True)) == set(EXAMPLES)
    assert told(Client.objects.get(code="EX-SOLDE"), TODAY, to_invoice="31", unpaid="81", credit="20", balance="-30")


@pytest.mark.usefixtures("sound_ledger")
def test_the_clinic_has_clients_with_animals_at_work_until_the_day_of_loading():
    assert load(TODAY, clients=10)

    own = Client.objects.exclude(code__in=EXAMPLES).exclude(account__walk_in=True)
    assert own.count() == 10
    assert not own.filter(animals=None).exists()
    assert set(own.values_list("site__code", flat=True)) == {"PARC", "VILL"}
    assert Document.objects.filter(account__client__in=own).count() > 10
    assert not Document.objects.filter(day__gt=TODAY).exists()


@pytest.mark.django_db
def test_each_demo_login_has_its_role_and_the_front_desk_its_site():
    load(TODAY)

    for name, password, label in DEMO_LOGINS:
        user = User.objects.get(username=name)
        assert Role(user.role).label == label
        assert (user.site is not None) == (user.role == Role.FRONT_DESK)
        assert user.check_password(password)


@pytest.mark.django_db
def test_loaded_again_the_demo_stays_as_it_is():
    load(TODAY)
    a_client("MOI")
    documents = Document.objects.count()

    assert not load(date(2026, 4, 1))

    assert Document.objects.count() == documents
    assert Company.objects.count() == 1


@pytest.mark.parametrize(
    "own",
    [
        lambda: a_client("A-1"),
        lambda: Company.objects.create(pk=1, name="Clinique des Lilas"),
        lambda: Site.objects.create(code="S", name="S"),
        lambda: User.objects.create_user("moi"),
    ],
    ids=["client", "company", "site", "user"],
)
@pytest.mark.django_db
def test_the_demo_does_not_mix_with_anything_else(own):
    own()

    with pytest.raises(BooksInUse):
        load(TODAY)

    assert not Client.objects.filter(code__in=EXAMPLES).exists()


@pytest.mark.django_db
def test_the_command_tells_what_it_did(capsys):
    call_command("demo")
    call_command("demo")

    assert capsys.readouterr().out.splitlines() == [
        "Données de démonstration chargées.",
        "Données de démonstration déjà chargées.",
    ]


@pytest.mark.django_db
def test_the_command_fails_in_books_in_use_unless_it_is_to_leave_them_alone(capsys):
    a_client("A-1")

    with pytest.raises(CommandError, match="la démonstration ne s’y mêle pas"):
        call_command("demo")
    call_command("demo", if_empty=True)

    assert "ne s’y mêle pas" in capsys.readouterr().out
    assert not User.objects.exists()


def test_two_at_once_load_it_once(own_database):
    outcomes = run_together(lambda: load(TODAY), lambda: load(TODAY))

    assert sorted(outcomes) == [False, True]
    assert Client.objects.count() == len(EXAMPLES)


# The catalogue


@pytest.mark.django_db
def test_the_catalogue_has_tariffs_past_prices_and_an_archived_item():
    load(TODAY)

    items = Item.objects.annotate(names=Count("tariffs__search", distinct=True))
    assert 40 <= items.count() <= 60
    assert Category.objects.count() == 8
    assert items.filter(names__gt=1).count() >= 5
    assert items.filter(is_archived=True).count() == 1
    prices = Tariff.objects.filter(item__name="Consultation", name="").order_by("valid_from")
    assert [(tariff.price, tariff.valid_to) for tariff in prices] == [
        (Decimal("40.00"), date(2025, 12, 31)),
        (Decimal("42.00"), None),
    ]
    assert all(found.tariffs for found in tariffs_found("", TODAY))


@pytest.mark.django_db
def test_what_the_clinic_sells_is_in_its_catalogue_at_the_price_of_the_day():
    load(TODAY, clients=25)

    tariffs = {}
    for tariff in Tariff.objects.select_related("item"):
        tariffs.setdefault(tariff.label, []).append(tariff)
    lines = VisitLine.objects.select_related("visit").exclude(visit__client__code__in=EXAMPLES)
    assert lines.count() > 30
    for line in lines:
        [valid] = [tariff for tariff in tariffs[line.label] if tariff.is_valid_on(line.visit.day)]
        assert (line.unit_price, line.vat_rate) == (valid.price, valid.vat_rate)
        assert (line.nature, line.account_id) == (valid.item.nature, valid.item.account_id)
    assert {line.unit_price for line in lines if line.label == "Consultation"} == {Decimal(40), Decimal(42)}


@pytest.mark.django_db
def test_the_same_day_makes_the_same_clinic():
    told = []
    for _ in range(2):
        point = transaction.savepoint()
        load(TODAY, clients=6)
        lines = VisitLine.objects.order_by("pk").values_list("label", "unit_price", "visit__day", "visit__subject")
        documents = Document.objects.order_by("pk").values_list("kind", "day", "account__client__code")
        told.append([*lines, *documents, *Item.objects.order_by("pk").values_list("code", "name", "is_archived")])
        transaction.savepoint_rollback(point)

    assert told[0] == told[1]
