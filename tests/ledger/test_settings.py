"""Paramètres > Comptabilité and the banks: what an administrator settles of the books."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils.timezone import localdate

from ledger.models import BankAccount, GeneralAccount, Journal, PeriodLock
from ledger.queries import books_locked_through, journal_for
from ledger.services import LockMovesForward, lock_books, save_bank, shut
from office.models import Event, Role, User
from tests import factories
from tests.helpers import settle

pytestmark = pytest.mark.django_db

BOOKS = "/parametres/comptabilite"
IBAN = "FR76 3000 6000 0112 3456 7890 189"
OTHER_IBAN = "DE89370400440532013000"
DAY = date(2026, 1, 5)


@pytest.fixture
def admin() -> User:
    return factories.UserFactory(username="karoui", role=Role.ADMINISTRATOR)


@pytest.fixture
def desk(client, admin):
    client.force_login(admin)
    return client


def errors(response) -> dict[str, list[str]]:
    assert response.status_code == 422
    return {name: list(told) for name, told in response.context["form"].errors.items()}


def details() -> list[dict]:
    return list(Event.objects.order_by("pk").values_list("detail", flat=True))


# Accounts and journals


def test_an_account_is_added_and_renamed_and_keeps_its_number(desk):
    desk.post(f"{BOOKS}/comptes/nouveau/", {"code": "70611", "label": "Consultations"})
    desk.post(f"{BOOKS}/comptes/70611/", {"code": "999", "label": "Consultations et soins"})

    account = GeneralAccount.objects.get(pk="70611")
    assert (account.label, account.is_receivable) == ("Consultations et soins", False)
    assert details()[-1] == {
        "paramètre": "compte général 70611",
        "changes": [{"field": "intitulé", "before": "Consultations", "after": "Consultations et soins"}],
    }


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("706", "Ce numéro est déjà au plan comptable."),
        ("70", "Un numéro de compte a 3 à 12 chiffres et commence par 1 à 8."),
        ("951", "Un numéro de compte a 3 à 12 chiffres et commence par 1 à 8."),
        ("70é", "Un numéro de compte a 3 à 12 chiffres et commence par 1 à 8."),
        ("41101", "Les comptes de clients passent tous par le 411, qui existe déjà."),
        ("", "Ce champ est obligatoire."),
    ],
)
def test_a_wrong_account_is_told_beside_its_number(desk, code, told):
    before = GeneralAccount.objects.count()

    response = desk.post(f"{BOOKS}/comptes/nouveau/", {"code": code, "label": "Consultations"})

    assert errors(response) == {"code": [told]}
    assert GeneralAccount.objects.count() == before


def test_a_site_gets_a_journal_of_its_own_and_uses_it(desk):
    site = factories.SiteFactory()

    desk.post(
        f"{BOOKS}/journaux/nouveau/", {"site": site.pk, "kind": "sales", "code": "VEP", "label": "Ventes du Parc"}
    )

    assert journal_for(Journal.Kind.SALES, site).code == "VEP"
    assert journal_for(Journal.Kind.SALES, None).code == "VE"


def test_one_journal_a_site_and_kind(desk):
    site = factories.SiteFactory()
    Journal.objects.create(code="VEP", label="Ventes", kind="sales", site=site)
    new = {"site": site.pk, "kind": "sales", "code": "VEQ", "label": "Ventes"}

    assert errors(desk.post(f"{BOOKS}/journaux/nouveau/", new)) == {
        "__all__": ["Ce journal existe déjà pour cet établissement."]
    }
    assert set(errors(desk.post(f"{BOOKS}/journaux/nouveau/", {**new, "code": "V|E", "site": ""}))) == {"code", "site"}
    assert set(errors(desk.post(f"{BOOKS}/journaux/nouveau/", {**new, "code": "VE", "kind": "x"}))) == {"code", "kind"}


def test_the_common_journals_stand_before_those_of_sites(desk):
    site = factories.SiteFactory()
    Journal.objects.create(code="AAP", label="Ventes du Parc", kind="sales", site=site)

    journals = desk.get(f"{BOOKS}/journaux/").context["journals"]

    assert [journal.site for journal in journals] == [None] * (len(journals) - 1) + [site]
    assert [journal.code for journal in journals][:-1] == sorted(
        journal.code for journal in journals if not journal.site
    )


def test_a_journal_is_renamed_whatever_it_holds(desk):
    factories.invoice_entry(factories.account(), "50.00", DAY)
    settle()

    desk.post(f"{BOOKS}/journaux/VE/", {"label": "Journal des ventes"})

    journal = Journal.objects.get(pk="VE")
    assert (journal.label, journal.head_rank) == ("Journal des ventes", 1)


def test_the_accountant_reads_and_changes_nothing(client):
    client.force_login(factories.UserFactory(role=Role.ACCOUNTANT))

    chart = client.get(f"{BOOKS}/comptes/").content.decode()
    lock = client.get(f"{BOOKS}/verrouillage/").content.decode()

    assert "Prestations de services" in chart
    assert "/comptes/nouveau/" not in chart
    assert "/comptes/706/" not in chart
    assert "Aucun jour n’est verrouillé." in lock
    assert "through" not in lock


# The lock date


def test_the_lock_says_what_it_locks_and_then_does(desk, admin):
    factories.invoice_entry(factories.account(), "50.00", DAY)
    factories.invoice_entry(factories.account(), "20.00", DAY + timedelta(days=1))

    asked = desk.post(f"{BOOKS}/verrouillage/avancer/", {"through": "2026-01-05"})
    assert books_locked_through() is None
    done = desk.post(f"{BOOKS}/verrouillage/avancer/", {"through": "2026-01-05", "confirmed": "1"}, follow=True)

    assert asked.context["entries"] == 1
    assert "définitif" in asked.content.decode()
    assert "jusqu’au 05/01/2026" in done.content.decode()
    assert books_locked_through() == DAY
    event = Event.objects.get()
    assert (event.kind, event.user) == (Event.Kind.LOCK, admin)
    assert event.detail == {"comptabilité verrouillée jusqu’au": "05/01/2026"}


@pytest.mark.parametrize(
    ("through", "told"),
    [
        ("2026-01-05", "La comptabilité est déjà verrouillée jusqu’au 05/01/2026\u00a0: ce jour n’avance pas."),
        ("2025-12-31", "La comptabilité est déjà verrouillée jusqu’au 05/01/2026\u00a0: ce jour n’avance pas."),
        ("demain", "Cette date n’existe pas\u00a0: écrivez-la comme 31/01/2026."),
        ("", "Ce champ est obligatoire."),
    ],
)
def test_a_lock_that_doesnt_move_forward_is_told_beside_its_day(desk, admin, through, told):
    lock_books(DAY, by=admin)

    response = desk.post(f"{BOOKS}/verrouillage/avancer/", {"through": through, "confirmed": "1"})

    assert errors(response) == {"through": [told]}
    assert books_locked_through() == DAY


def test_today_is_never_locked(desk):
    today = localdate()

    response = desk.post(f"{BOOKS}/verrouillage/avancer/", {"through": today.isoformat(), "confirmed": "1"})

    yesterday = today - timedelta(days=1)
    assert errors(response) == {
        "through": [f"Seul un jour passé se verrouille\u00a0: le {yesterday:%d/%m/%Y} au plus tard."]
    }


def test_a_lock_moved_meanwhile_is_a_refusal(admin):
    lock_books(DAY, by=admin)

    with pytest.raises(LockMovesForward):
        lock_books(DAY - timedelta(days=1), by=admin)

    assert PeriodLock.objects.get(scope="books").through == DAY
    assert details() == [{"comptabilité verrouillée jusqu’au": "05/01/2026"}]


def test_the_log_says_where_the_lock_was(admin):
    lock_books(DAY, by=admin)
    lock_books(DAY + timedelta(days=1), by=admin)

    assert details()[-1] == {"comptabilité verrouillée jusqu’au": "06/01/2026", "auparavant": "05/01/2026"}


# Banks


def bank(**fields) -> BankAccount:
    return BankAccount(**{"label": "Courant", "iban": OTHER_IBAN, "account_id": "512", **fields})


FIELDS = ["label", "iban", "account", "is_default", "is_active"]


def test_a_bank_is_kept_without_spaces_and_read_in_groups_and_the_first_is_the_default(desk):
    desk.post(
        "/parametres/banques/nouvelle/",
        {"label": "Courant", "iban": IBAN.lower(), "bic": "agri fr pp", "account": "512", "is_active": "on"},
    )

    kept = BankAccount.objects.get()
    assert (kept.iban, kept.bic, kept.is_default) == (IBAN.replace(" ", ""), "AGRIFRPP", True)
    assert kept.iban_read in desk.get("/parametres/banques/").content.decode()


def test_a_new_bank_is_proposed_the_account_of_banks(desk):
    assert desk.get("/parametres/banques/nouvelle/").context["form"].initial["account"] == "512"


def test_a_new_default_takes_the_place_of_the_former(admin):
    first = bank()
    save_bank(first, fields=FIELDS, by=admin)
    second = bank(label="Livret", iban=IBAN.replace(" ", ""), is_default=True)

    save_bank(second, fields=FIELDS, by=admin)

    first.refresh_from_db()
    assert (first.is_default, second.is_default) == (False, True)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            {"iban": "FR76 3000 6000 0112 3456 7890 188"},
            {"iban": ["Cet IBAN n’est pas exact\u00a0: vérifiez ses chiffres."]},
        ),
        ({"iban": OTHER_IBAN}, {"iban": ["Un autre compte bancaire a déjà cet IBAN."]}),
        ({"bic": "AGRI"}, {"bic": ["Ce BIC n’est pas exact\u00a0: il a 8 ou 11 signes."]}),
        ({"account": "706"}, {"account": ["Choisissez l’une des réponses proposées."]}),
        (
            {"is_default": "on", "is_active": ""},
            {"is_default": ["Un compte fermé ne peut pas être le compte par défaut."]},
        ),
        ({"label": ""}, {"label": ["Ce champ est obligatoire."]}),
    ],
)
def test_a_wrong_bank_is_told_beside_its_field(desk, admin, changed, expected):
    save_bank(bank(), fields=FIELDS, by=admin)
    given = {"label": "Livret", "iban": IBAN, "bic": "AGRIFRPP", "account": "512", "is_active": "on"}

    response = desk.post("/parametres/banques/nouvelle/", given | changed)

    assert errors(response) == expected
    assert BankAccount.objects.count() == 1


def test_a_closed_bank_is_no_default_any_more(desk, admin):
    only = bank()
    save_bank(only, fields=FIELDS, by=admin)

    desk.post(f"/parametres/banques/{only.pk}/", {"label": "Courant", "iban": OTHER_IBAN, "account": "512"})

    only.refresh_from_db()
    assert (only.is_default, only.is_active) == (False, False)


# What another administrator does between the check of a form and its saving


def meanwhile(model, act):
    """Do `act` just before the first row of `model` is inserted."""
    done = []

    def run(execute, sql, params, many, context):
        if not done and sql.startswith(f'INSERT INTO "{model._meta.db_table}"'):
            done.append(sql)
            act()
        return execute(sql, params, many, context)

    return connection.execute_wrapper(run)


def test_a_lock_moved_while_it_was_confirmed_is_told_beside_its_day(desk):
    with meanwhile(PeriodLock, lambda: shut(PeriodLock.Scope.BOOKS, date(2026, 2, 1))):
        response = desk.post(f"{BOOKS}/verrouillage/avancer/", {"through": "2026-01-05", "confirmed": "1"})

    assert errors(response) == {"through": ["La période est déjà close jusqu’au 01/02/2026."]}


def test_an_account_just_added_by_another_is_told(desk):
    with meanwhile(GeneralAccount, lambda: GeneralAccount.objects.create(code="70611", label="Soins")):
        response = desk.post(f"{BOOKS}/comptes/nouveau/", {"code": "70611", "label": "Consultations"})

    assert response.status_code == 422


def test_a_bank_just_added_by_another_is_told(desk):
    def another():
        BankAccount.objects.create(label="Courant", iban=OTHER_IBAN, account_id="512")

    with meanwhile(BankAccount, another):
        response = desk.post(
            "/parametres/banques/nouvelle/", {"label": "Courant", "iban": OTHER_IBAN, "account": "512"}
        )

    assert response.status_code == 422
    assert str(BankAccount(label="Courant")) == "Courant"
