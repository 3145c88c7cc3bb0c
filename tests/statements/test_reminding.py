"""What is late is asked for, by letter or e-mail, once a day, and noted on its rows; the rest is left alone."""

from contextlib import suppress
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.models import Mail
from invoicing.models import Instalment
from invoicing.services import dispute_invoice
from ledger.models import BankAccount, Operation
from office.clock import today
from office.models import Company, KeptFile, MailServer, Role
from statements.models import Reminded, Reminder
from statements.reminding.queries import plan_of
from statements.reminding.services import NothingToRemind, NoticeByPost, remind, reminder_file, write_mails
from tests.builders import a_client, invoice, main_item, pay
from tests.factories import PartyFactory, op
from tests.helpers import execute, refused, run_together
from tests.pages import at_work, text_of
from tests.papers import codes, faults, pages

DAY, DUE, NOW = date(2026, 3, 2), date(2026, 3, 12), date(2026, 3, 20)
PRIVATE = {"city": "Lyon", "postcode": "69003", "street": "1 rue Haute"}
FIRM = PRIVATE | {"nature": "company"}


def owing(client, amount: str = "120", *, due: date = DUE, day: date = DAY):
    return main_item(invoice(client, day, amount, due=due))


def reminded(*items, way: str = "letter", level: int | None = None, on: date = NOW, key=None) -> Operation:
    keys = [item.pk for item in items]
    made = remind(items=keys, way=way, level=level, op=op(on, Operation.Kind.REMINDER, key=key), job=lambda **_: None)
    write_mails(made.pk, at=made.at, job=lambda **_: None)
    return made


def reasons(*items, way: str = "letter", on: date = NOW) -> list[str]:
    return [reason for _, reason in plan_of([item.pk for item in items], way=way, level=None, on=on).left]


def a_server() -> None:
    Company.objects.create(pk=1, name="Clinique du Parc")
    MailServer.objects.create(pk=1, sender_address="a@exemple.fr")


# Which


@pytest.mark.django_db
def test_one_reminder_a_client_names_its_late_rows_and_what_is_left_of_them():
    one, two = a_client("C-1", **PRIVATE), a_client("C-2", **PRIVATE)
    first, second, other = owing(one, "120"), owing(one, "30"), owing(two, "50")
    pay(one, date(2026, 3, 15), "40", {first: "40"})

    made = reminded(first, second, other)

    told = [(row.client.code, row.total, row.level, row.way) for row in Reminder.objects.order_by("client__code")]
    assert told == [("C-1", 110, 1, "letter"), ("C-2", 50, 1, "letter")]
    assert sorted(Reminded.objects.values_list("item", "left")) == sorted(
        [(first.pk, 80), (second.pk, 30), (other.pk, 50)]
    )
    assert {row.operation for row in Reminder.objects.all()} == {made}


@pytest.mark.django_db
def test_what_is_not_late_disputed_by_phone_or_not_to_remind_is_left_alone():
    someone = a_client("C-1", **PRIVATE)
    due_today, paid, disputed, quiet, by_phone, fine = (owing(someone, amount) for amount in "123456")
    later = owing(someone, "9", due=NOW)
    pay(someone, date(2026, 3, 15), "2", {paid: "2"})
    dispute_invoice(invoice=disputed.instalment.invoice, reason="Prix", op=op(NOW, Operation.Kind.DISPUTE))
    Instalment.objects.filter(item=quiet).update(reminder="none")
    Instalment.objects.filter(item=by_phone).update(reminder="phone")

    rows = [item.pk for item in (due_today, paid, disputed, quiet, by_phone, fine, later)]
    left = {item.pk: reason for item, reason in plan_of(rows, way="", level=None, on=NOW).left}
    assert left == {
        paid.pk: "n’est pas en retard",
        later.pk: "n’est pas en retard",
        disputed.pk: "en litige",
        quiet.pk: "mode de relance\u00a0: aucune",
        by_phone.pk: "mode de relance\u00a0: téléphone",
    }
    with pytest.raises(NothingToRemind, match="en litige"):
        reminded(disputed)


@pytest.mark.django_db
def test_who_cannot_be_reached_is_told():
    nowhere, party = a_client("C-1"), a_client("PASSAGE", walk_in=True)
    passer_by = PartyFactory(account=party.account, name="Dupont")
    items = owing(nowhere), main_item(invoice(party, DAY, "5", due=DUE, party=passer_by))

    assert reasons(*items) == ["aucune adresse postale"] * 2
    assert reasons(*items, way="email") == ["aucune adresse e-mail"] * 2


@pytest.mark.django_db
def test_a_new_instalment_is_reminded_as_its_client_gets_its_documents():
    mailed, other = a_client("C-1", channel="email"), a_client("C-2")

    ways = [owing(client).instalment.reminder for client in (mailed, other)]

    assert ways == ["email", "letter"]


@pytest.mark.django_db
def test_each_reminder_is_firmer_than_the_last_but_a_formal_notice_is_asked_for():
    item = owing(a_client("C-1", **PRIVATE))
    for days in range(4):
        reminded(item, on=NOW + timedelta(days=days))

    reminded(item, on=NOW + timedelta(days=9), level=3)

    assert list(Reminder.objects.order_by("pk").values_list("level", flat=True)) == [1, 2, 2, 2, 3]
    with pytest.raises(NoticeByPost):
        reminded(item, on=NOW + timedelta(days=10), level=3, way="email")


# Once


@pytest.mark.django_db
def test_a_row_is_reminded_once_a_day():
    item, other = (owing(a_client(code, **PRIVATE)) for code in ("C-1", "C-2"))
    reminded(item)

    reminded(item, other)

    assert list(Reminded.objects.order_by("pk").values_list("item", flat=True)) == [item.pk, other.pk]
    with pytest.raises(NothingToRemind, match="déjà relancée aujourd’hui"):
        reminded(item)


def test_two_windows_at_once_remind_once(own_database):
    a_server()
    item = owing(a_client("C-1", email="c1@exemple.fr", **PRIVATE))

    def window() -> None:
        with suppress(NothingToRemind):
            reminded(item, way="email")

    run_together(window, window)

    assert (Reminder.objects.count(), Mail.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_the_database_keeps_a_reminder_as_it_was():
    reminded(owing(a_client("C-1", **PRIVATE)))

    for change in ("level = 2", "recipient = 'b@exemple.fr'"):
        with refused("statements_reminder_unchanged"):
            execute(f"UPDATE statements_reminder SET {change}")
    with refused("statements_reminded_unchanged"):
        execute('UPDATE statements_reminded SET "left" = 2')
    with refused("statements_reminder_kept"):
        execute("DELETE FROM statements_reminder")


# What they say


@pytest.mark.django_db
def test_an_e_mail_names_each_row_and_tells_a_professional_of_penalty_and_recovery():
    a_server()
    firm, person = (
        a_client(code, email=f"{code}@exemple.fr".lower(), **details) for code, details in (("P", FIRM), ("C", PRIVATE))
    )
    item, other = owing(firm), owing(person)
    pay(firm, date(2026, 3, 15), "20", {item: "20"})

    reminded(item, other, way="email")

    to_firm, to_person = (Mail.objects.get(account=one.account).body for one in (firm, person))
    assert f"{item.document} du 02/03/2026, échue le 12/03/2026\u00a0: 100,00\u00a0€" in to_firm
    assert "pénalité au taux annuel de 12,15\u00a0%" in to_firm
    assert "frais de recouvrement en cas de retard de paiement\u00a0: 40\u00a0€" in to_firm
    assert "120,00\u00a0€ restent à régler" in to_person
    assert "40\u00a0€" not in to_person
    assert "pénalité" not in to_person
    assert "\n\n\n" not in to_person


@pytest.mark.django_db
def test_an_e_mail_carries_its_letter_which_asks_for_what_it_says():
    a_server()
    iban = "FR7630006000011234567890189"
    BankAccount.objects.create(label="Courant", iban=iban, account_id="512", is_default=True)
    someone = a_client("C-1", email="c1@exemple.fr", **PRIVATE)
    item = owing(someone, "1000")
    pay(someone, date(2026, 3, 15), "400", {item: "400"})

    reminded(item, way="email")

    mail = Mail.objects.get()
    (file,) = mail.files.all()
    (sheet,) = pages(bytes(file.content))
    assert "600,00\u00a0€ restent à régler" in mail.body
    assert "À régler 600,00 €" in sheet.replace("\u00a0", " ")
    assert "EUR600.00" in codes(bytes(file.content))[0]
    assert file.name == "relance-C-1-2026-03-20.pdf"
    assert Reminder.objects.get().mail == mail
    with refused("statements_reminder_unchanged"):
        execute("UPDATE statements_reminder SET mail_id = NULL")


def test_two_jobs_write_each_e_mail_once_after_the_commit(own_database):
    a_server()
    items = [owing(a_client(f"C-{rank}", email=f"c{rank}@exemple.fr", **PRIVATE)) for rank in range(3)]
    keys = [item.pk for item in items]
    made = remind(items=keys, way="email", level=None, op=op(NOW, Operation.Kind.REMINDER), job=lambda **_: None)
    assert (Mail.objects.count(), KeptFile.objects.count()) == (0, 0)

    def job() -> None:
        write_mails(made.pk, at=made.at, job=lambda **_: None)

    run_together(job, job)

    assert (Mail.objects.count(), KeptFile.objects.count()) == (3, 3)
    assert sorted(Mail.objects.values_list("recipient", flat=True)) == [f"c{rank}@exemple.fr" for rank in range(3)]


@pytest.mark.django_db
def test_a_letter_says_what_is_late_and_asks_for_just_that():
    Company.objects.create(pk=1, name="Clinique du Parc")
    iban = "FR7630006000011234567890189"
    BankAccount.objects.create(label="Courant", iban=iban, account_id="512", is_default=True)
    firm = a_client("C-1", name="Haras", **FIRM)
    item = owing(firm)
    pay(firm, date(2026, 3, 15), "20", {item: "20"})
    reminded(item)
    pay(firm, date(2026, 3, 20), "50", {item: "50"})

    file = reminder_file(Reminder.objects.get(), at=op(NOW).at)

    (page,) = pages(bytes(file.content))
    assert "Rappel de factures échues" in page
    assert f"{item.document} 02/03/2026 12/03/2026 8 100,00" in page
    assert "1 rue Haute" in page
    assert "40 €" in page
    assert "EUR100" in codes(bytes(file.content))[0]
    assert file.name == "relance-C-1-2026-03-20.pdf"
    assert faults(bytes(file.content)) == []


@pytest.mark.django_db
def test_a_formal_notice_is_so_titled_and_a_person_owes_interest_alone():
    item = owing(a_client("C-1", **PRIVATE))
    reminded(item, level=3)

    (page,) = pages(bytes(reminder_file(Reminder.objects.get(), at=op(NOW).at).content))

    assert "Mise en demeure" in page
    assert "Lettre recommandée avec avis de réception" in page
    assert "dans les quinze jours" in page
    assert "intérêt au taux légal" in page
    assert "40 €" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 30])
def test_a_letter_of_many_rows_repeats_its_head(number):
    someone = a_client("C-1", **PRIVATE)
    reminded(*(owing(someone, f"{rank}") for rank in range(1, number + 1)))

    sheets = pages(bytes(reminder_file(Reminder.objects.get(), at=op(NOW).at).content))

    assert len(sheets) == (1 if number == 1 else 2)
    assert sheets[-1].count("À régler") == 1


# From the échéancier


@pytest.fixture
def desk(client):
    return at_work(client, role=Role.ACCOUNTANT)


def late_item(code: str = "C-1", **details):
    ago = today() - timedelta(days=30)
    return owing(a_client(code, **(PRIVATE | details)), day=ago, due=ago + timedelta(days=10))


def form(*items, **fields) -> dict[str, object]:
    return {"key": str(uuid4()), "item": [item.pk for item in items], "way": "", "level": "", "back": "", **fields}


def page(response) -> str:
    return text_of(response.content.decode())


@pytest.mark.django_db
def test_one_click_reminds_by_each_row_s_way_and_is_noted_on_the_row(desk):
    a_server()
    by_letter, by_mail = late_item(), late_item("C-2", channel="email", email="c2@exemple.fr")
    quiet = late_item("C-3")
    Instalment.objects.filter(item=quiet).update(reminder="none")
    shown = desk.get("/etats/echeancier/?start=&end=")
    assert shown.content.decode().count('name="item"') == 3
    sent = form(by_letter, by_mail, quiet)

    first = desk.post(reverse("remind"), sent, follow=True)
    second = desk.post(reverse("remind"), sent)

    assert Reminder.objects.count() == 2
    assert first.redirect_chain[0][0] == second.url
    assert f"Laissées de côté\u00a0: mode de relance\u00a0: aucune ({quiet.document})." in page(first)
    assert "c2@exemple.fr" in page(first)
    grid = page(desk.get("/etats/echeancier/?start=&end="))
    assert f"Courrier Rappel par courrier du {today():%d/%m/%Y}" in grid
    assert f"E-mail Rappel par e-mail du {today():%d/%m/%Y}" in grid
    csv = b"".join(desk.get("/etats/echeancier/export/csv/?start=&end=").streaming_content).decode()
    assert f"Courrier, rappel du {today():%d/%m/%Y}" in csv
    history = page(desk.get(reverse("document", args=[by_letter.document_id])))
    assert "Rappel par courrier" in history
    assert "Rappel" in page(desk.get(reverse("client_reminders", args=["C-1"])))
    letters = desk.get(f"{second.url}lettres.pdf")
    assert len(pages(letters.content)) == 1
    assert KeptFile.objects.get(subject="reminder").prints == 1


@pytest.mark.django_db
def test_all_late_rows_of_the_page_are_ticked_at_once(desk):
    late_item()

    assert 'form="remind" checked' in desk.get("/etats/echeancier/?start=&end=&coches=1").content.decode()
    assert 'form="remind" checked' not in desk.get("/etats/echeancier/?start=&end=").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"item": []}, "Cochez au moins une échéance en retard."),
        ({"item": ["0"]}, "Une de ces échéances n’existe pas."),
        ({"item": ["x"]}, "Une de ces échéances n’existe pas."),
        ({"way": "pigeon"}, "Choisissez l’une des réponses proposées."),
        ({"level": "9"}, "Choisissez l’une des réponses proposées."),
        ({"way": "email", "level": "3"}, "Une mise en demeure part par courrier recommandé"),
        ({"way": "email"}, "Aucune relance n’est faite."),
        ({"key": ""}, "Ce formulaire a perdu sa clé"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_leaves(desk, fields, says):
    item = late_item()

    response = desk.post(reverse("remind"), form(item, **{"back": "?start=&end=", **fields}))

    assert (response.status_code, Reminder.objects.count()) == (422, 0)
    assert says in page(response)
    assert 'href="/etats/echeancier/?start=&amp;end="' in response.content.decode()


@pytest.mark.django_db
def test_without_a_server_no_e_mail_is_written_and_nothing_noted(desk):
    item = late_item(email="c1@exemple.fr")

    response = desk.post(reverse("remind"), form(item, way="email"))

    assert (response.status_code, Reminder.objects.count(), Mail.objects.count()) == (422, 0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 20])
def test_the_pages_ask_no_more_for_many(desk, number):
    items = [late_item(f"C-{rank}") for rank in range(number)]
    made = desk.post(reverse("remind"), form(*items)).url

    costs = []
    for address in (made, reverse("reminder_list"), "/etats/echeancier/?start=&end="):
        with CaptureQueriesContext(connection) as queries:
            desk.get(address)
        costs.append(len(queries))

    assert max(costs) <= 15
