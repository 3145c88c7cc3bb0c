from uuid import uuid4

import pytest

from office import cipher, services
from office.models import Company, Event, MailServer, Role, Site, User
from office.queries import company, mail_server, shown_balances
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return UserFactory(username="karoui", role=Role.ADMINISTRATOR)


def last_event() -> Event:
    return Event.objects.order_by("-pk")[0]


# Settings


def test_a_change_is_saved_and_logged_with_what_was_before(admin):
    Company.objects.create(pk=1, name="Clinique du Parc", city="Lyon")
    business = company()
    business.name, business.prices_include_vat = "Clinique du Port", False

    services.save_setting(business, fields=["name", "city", "prices_include_vat"], by=admin, about="Établissement")

    assert company().name == "Clinique du Port"
    event = last_event()
    assert (event.kind, event.user) == (Event.Kind.SETTINGS, admin)
    assert event.detail == {
        "paramètre": "Établissement",
        "changes": [
            {"field": "raison sociale", "before": "Clinique du Parc", "after": "Clinique du Port"},
            {"field": "prix saisis TTC", "before": "oui", "after": "non"},
        ],
    }


def test_saving_what_was_there_logs_nothing(admin):
    Company.objects.create(pk=1, name="Clinique du Parc")

    services.save_setting(company(), fields=["name"], by=admin, about="Établissement")

    assert not Event.objects.exists()


def test_the_first_save_makes_the_row(admin):
    business = company()
    business.shows_unpaid = False

    services.save_setting(business, fields=["shows_unpaid"], by=admin, about="Montants")

    assert Company.objects.get().shows_unpaid is False


def test_what_another_form_keeps_in_the_same_row_stays(admin):
    Company.objects.create(pk=1, name="Clinique", idle_minutes=480)
    stale = company()
    Company.objects.update(idle_minutes=60)
    stale.name = "Cabinet"

    services.save_setting(stale, fields=["name"], by=admin, about="Établissement")

    assert (company().name, company().idle_minutes) == ("Cabinet", 60)


def test_a_code_taken_meanwhile_is_a_refusal_and_no_bug(admin):
    Site.objects.create(code="PARC", name="Parc")

    with pytest.raises(services.JustTaken):
        services.save_setting(Site(code="PARC", name="Port"), fields=["code", "name"], by=admin, about="Site")

    assert not Event.objects.exists()


def test_the_available_credit_is_shown_whatever_is_hidden():
    assert shown_balances() == {"balance", "unpaid", "to_invoice", "credit"}

    Company.objects.create(pk=1, shows_balance=False, shows_unpaid=False, shows_to_invoice=False)

    assert shown_balances() == {"credit"}


# The mail server


def server(**fields) -> MailServer:
    found = mail_server()
    for name, value in {"sender_address": "a@exemple.fr", "host": "smtp.exemple.fr", **fields}.items():
        setattr(found, name, value)
    return found


FIELDS = ["sender_address", "host", "username"]


def test_the_mail_password_is_kept_encrypted_and_never_logged(admin):
    services.save_mail_server(server(username="moi"), password="agrafe-7", fields=FIELDS, by=admin)

    stored = MailServer.objects.get().password
    assert cipher.decrypt(stored) == "agrafe-7"
    logged = str(list(Event.objects.values_list("detail", flat=True)))
    assert "agrafe-7" not in logged
    assert stored not in logged
    assert last_event().detail == {"paramètre": "E-mails", "mot de passe": "remplacé"}


def test_an_empty_mail_password_keeps_the_former_as_long_as_there_is_a_user_name(admin):
    services.save_mail_server(server(username="moi"), password="agrafe-7", fields=FIELDS, by=admin)

    services.save_mail_server(server(host="autre.exemple.fr"), password="", fields=FIELDS, by=admin)
    assert cipher.decrypt(MailServer.objects.get().password) == "agrafe-7"

    services.save_mail_server(server(username=""), password="", fields=FIELDS, by=admin)
    assert MailServer.objects.get().password == ""


# Users


def test_a_new_user_gets_a_password_that_must_be_changed_and_is_told_once(admin):
    password = services.create_user(User(username="durand", role=Role.ACCOUNTANT), by=admin)

    user = User.objects.get(username="durand")
    assert user.check_password(password)
    assert user.must_change_password
    assert len(password.replace("-", "")) == 16
    assert last_event().detail == {"création": "durand", "rôle": "Comptable", "établissement": "tous"}


def test_a_change_of_role_is_logged(admin):
    user = UserFactory(username="durand")
    user.role = Role.ACCOUNTANT

    services.change_user(user, fields=["role"], by=admin)

    assert last_event().detail == {
        "utilisateur": "durand",
        "changes": [{"field": "rôle", "before": "Accueil", "after": "Comptable"}],
    }


def test_the_last_active_administrator_stays(admin):
    UserFactory(role=Role.ADMINISTRATOR, is_active=False)
    admin.role = Role.ACCOUNTANT

    with pytest.raises(services.LastAdministrator):
        services.change_user(admin, fields=["role"], by=admin)
    with pytest.raises(services.LastAdministrator):
        services.deactivate(admin, by=UserFactory())

    admin.refresh_from_db()
    assert (admin.role, admin.is_active) == (Role.ADMINISTRATOR, True)
    assert not Event.objects.exists()


def test_one_of_two_administrators_may_go(admin):
    other = UserFactory(username="vidal", role=Role.ADMINISTRATOR)

    services.deactivate(other, by=admin)

    other.refresh_from_db()
    assert not other.is_active
    assert last_event().detail == {"utilisateur": "vidal", "action": "désactivé"}


def test_nobody_closes_or_resets_their_own_login(admin):
    UserFactory(role=Role.ADMINISTRATOR)

    for act in (services.deactivate, services.reset_password):
        with pytest.raises(services.OwnLogin):
            act(admin, by=admin)


def test_a_reopened_login_keeps_its_password(admin):
    user = UserFactory(username="durand", is_active=False, password="x")

    services.reactivate(user, by=admin)
    services.reactivate(user, by=admin)

    user.refresh_from_db()
    assert (user.is_active, user.password) == (True, "x")
    assert Event.objects.count() == 1


def test_a_name_that_nobody_has_isnt_logged():
    services.note_failed_login("mon-mot-de-passe", "192.0.2.7", blocked=False)

    assert last_event().detail == {"identifiant": "inconnu", "adresse": "192.0.2.7"}


def test_the_first_login_of_an_installation_is_its_administrator():
    assert User.objects.create_superuser("premier", password=str(uuid4())).role == Role.ADMINISTRATOR
