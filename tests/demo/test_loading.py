"""The demo is loaded once, whole, and into nobody's books."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from clients.models import Client
from demo.examples import EXAMPLES
from demo.loading import BooksInUse, load
from demo.logins import DEMO_LOGINS
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
