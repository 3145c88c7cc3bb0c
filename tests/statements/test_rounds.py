"""Statements of many clients: chosen, made once on all cores, printed and sent by each channel, never twice."""

import os
import select
import signal
import subprocess
import sys
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from clients.models import Mail
from ledger.models import Operation
from office import tasks as upkeep
from office.clock import today
from office.models import Company, Export, KeptFile, MailServer, Role
from office.periods import Period
from statements import tasks
from statements.models import Choice, Round, Statement
from statements.queries import Basis, Wanted, Where
from statements.rounds import handing, making, pressing
from statements.rounds.queries import Chosen, candidates, pending, result_of, statements_of
from tests.builders import a_client, invoice, pay
from tests.factories import SiteFactory, op
from tests.helpers import execute, refused, run_together, work_off
from tests.pages import at_work, text_of
from tests.papers import faults, pages

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
DAY, END = date(2026, 3, 12), date(2026, 3, 31)
NOON = datetime(2026, 4, 1, 12, tzinfo=timezone.get_default_timezone())
PAGE = "/etats/releves/nouveau/"
MAILED = {"channel": "email", "city": "Lyon"}


def owing(code: str, amount: str, **details):
    """A client who owes an amount since DAY."""
    made = a_client(code, name=f"Nom {code}", **{"city": "Lyon", **details})
    invoice(made, DAY, amount, due=date(2026, 3, 20))
    return made


def chosen(choice: Choice = Choice.ALL, period: Period = MARCH, **more) -> Chosen:
    basis, where = more.pop("basis", Basis.TTC), more.pop("where", Where())
    return Chosen(choice, Wanted(period, basis, where), period.end or END, **more)


def prepared(what: Chosen | None = None, *, job=lambda **_: None, **more) -> Round:
    act = op(date(2026, 4, 1), Operation.Kind.STATEMENT)
    return making.prepare_round(chosen=what or chosen(), about="Mars", op=act, job=job, **more)


def made_whole(of: Round) -> Round:
    making.list_clients(of.pk, at=NOON)
    making.make_statements(of.pk, map(pressing.press_now, pending(of)), at=lambda: NOON)
    making.end_round(of.pk, at=NOON)
    return Round.objects.get(pk=of.pk)


def told(of: Round) -> list[tuple[str, str, str]]:
    return [(one.client.code, one.outcome, one.reason or one.unsent) for one in statements_of(of)]


def a_server() -> None:
    Company.objects.create(pk=1, name="Clinique du Parc")
    MailServer.objects.create(pk=1, sender_address="a@exemple.fr")


# Chosen


@pytest.mark.django_db
def test_who_moved_or_has_a_balance_is_concerned_and_who_is_late_apart():
    owing("C-1", "10")
    settled, old, none = owing("C-2", "20"), a_client("C-3", name="Nom C-3"), a_client("C-4")
    pay(settled, date(2026, 3, 15), "20", {settled.invoices.get(): "20"})
    invoice(old, date(2026, 3, 14), "30", due=date(2026, 4, 30))
    earlier = a_client("C-5")
    bill = invoice(earlier, date(2026, 4, 2), "5")
    pay(earlier, date(2026, 4, 2), "5", {bill: "5"})

    april = Period(date(2026, 4, 3), date(2026, 4, 30))
    codes = {choice: [one.code for one in candidates(chosen(choice))] for choice in Choice}

    assert codes == {Choice.ALL: ["C-1", "C-2", "C-3"], Choice.BALANCE: ["C-1", "C-2", "C-3"], Choice.LATE: ["C-1"]}
    assert [one.code for one in candidates(chosen(period=april))] == ["C-1", "C-3"]
    assert none.code == "C-4"
    assert [one.balance for one in candidates(chosen())] == [Decimal("10.00"), Decimal("0.00"), Decimal("30.00")]


@pytest.mark.django_db
def test_a_site_and_a_name_narrow_the_choice():
    parc = SiteFactory(name="Parc")
    here, _ = a_client("C-1", name="Delmas"), owing("C-2", "20")
    invoice(here, date(2026, 3, 14), "30", site=parc)

    assert [one.code for one in candidates(chosen(where=Where(parc)))] == ["C-1"]
    assert [one.code for one in candidates(chosen(words="delm"))] == ["C-1"]
    assert [one.code for one in candidates(chosen(words="C-2"))] == ["C-2"]


@pytest.mark.django_db
def test_a_round_of_nobody_is_refused():
    with pytest.raises(making.NobodyChosen):
        prepared()

    assert not Round.objects.exists()


# Made


@pytest.mark.django_db
def test_what_is_left_is_told_with_its_reason_and_the_figures_are_those_of_the_pdf():
    a_server()
    owing("C-1", "10", **MAILED, email="c1@exemple.fr")
    owing("C-2", "20", **MAILED)
    owing("C-3", "30", city="")
    settled = owing("C-4", "40")
    pay(settled, date(2026, 3, 15), "40", {settled.invoices.get(): "40"})
    walk_in = a_client("PASSAGE", name="Nom P", walk_in=True)

    of = made_whole(prepared(chosen(Choice.BALANCE)))

    assert told(of) == [
        ("C-1", "made", ""),
        ("C-2", "made", "aucune adresse e-mail"),
        ("C-3", "made", "aucune adresse postale"),
        ("C-4", "skipped", "solde nul"),
    ]
    assert walk_in.account.walk_in
    first = statements_of(of)[0]
    file = KeptFile.objects.get(subject="statement", key=first.pk)
    (page,) = pages(bytes(file.content))
    assert (first.report, first.debit, first.credit, first.final) == (0, Decimal("10.00"), 0, Decimal("10.00"))
    assert file.name == "releve-C-1-2026-03-31.pdf"
    assert f"Relevé de compte n° {first}" in page
    assert "10,00 € dus par le client" in page
    assert pressing.letter_values(first)["solde"] == "Au 31/03/2026, vous nous devez 10,00\u00a0€."
    assert faults(bytes(file.content)) == []


@pytest.mark.django_db
def test_thirty_clients_of_distinct_balances_each_get_their_own(mailoutbox):
    a_server()
    made = [owing(f"C-{rank:02d}", f"{rank}.00", **MAILED, email=f"c{rank}@exemple.fr") for rank in range(1, 29)]
    nothing = owing("C-29", "9", **MAILED, email="c29@exemple.fr")
    pay(nothing, date(2026, 3, 15), "9", {nothing.invoices.get(): "9"})
    owing("C-30", "30", **MAILED)

    of = made_whole(prepared(chosen(Choice.BALANCE), sends=True))
    while handing.write_mails(of.pk, at=NOON, job=lambda **_: None):
        pass
    assert not handing.write_mails(of.pk, at=NOON, job=lambda **_: None)

    mails = {mail.account.client.code: mail for mail in Mail.objects.all()}
    assert sorted(mails) == [one.code for one in made]
    for rank, code in enumerate(sorted(mails), start=1):
        (file,) = mails[code].files.all()
        amount = f"{rank},00\u00a0€"
        assert f"vous nous devez {amount}." in mails[code].body
        assert f"{rank},00 € dus par le client" in pages(bytes(file.content))[0]
        assert (mails[code].recipient, file.name) == (f"c{rank}@exemple.fr", f"releve-{code}-2026-03-31.pdf")
    left = [row for row in told(of) if row[2]]
    assert left == [("C-29", "skipped", "solde nul"), ("C-30", "made", "aucune adresse e-mail")]


@pytest.mark.django_db
def test_without_vat_the_e_mail_says_so():
    owing("C-1", "120")

    of = made_whole(prepared(chosen(basis=Basis.HT)))

    (one,) = statements_of(of)
    assert pressing.letter_values(one)["solde"] == "Au 31/03/2026, vous nous devez 100,00\u00a0€ HT."


@pytest.mark.django_db
def test_a_passer_by_and_a_client_with_nothing_in_this_site_get_none():
    walk_in = a_client("PASSAGE", walk_in=True)
    from_here = owing("C-1", "10")
    of = prepared()
    making.list_clients(of.pk, at=NOON)
    assert walk_in.pk not in {one.client_id for one in statements_of(of)}

    pay(from_here, date(2026, 3, 15), "10", {from_here.invoices.get(): "10"})
    made_whole(of)

    assert told(of) == [("C-1", "made", "")]


@pytest.mark.django_db
def test_the_database_keeps_a_statement_as_it_was_made():
    owing("C-1", "10")
    made_whole(prepared())

    with refused("statements_statement_decided_once"):
        execute("UPDATE statements_statement SET final = 5")
    with refused("statements_statement_kept"):
        execute("DELETE FROM statements_statement")


# Cut off, and together


def test_a_worker_makes_them_on_all_cores_and_sends_them(own_database, mailoutbox):
    a_server()
    for rank in range(1, 16):
        owing(f"C-{rank:02d}", f"{rank}.00", **MAILED, email=f"c{rank}@exemple.fr")

    of = prepared(job=tasks.queue_round, sends=True)
    work_off()

    of.refresh_from_db()
    assert of.ended_at is not None
    assert (result_of(of).made, KeptFile.objects.count()) == (15, 15)
    assert sorted(to for message in mailoutbox for to in message.to) == sorted(f"c{n}@exemple.fr" for n in range(1, 16))


WORKER = """
import os, sys
import django
django.setup()
from django.db import connections
connections.settings["default"]["NAME"] = sys.argv[1]
from multiprocessing import active_children
from django.core.management import call_command
from statements.rounds import making
keep = making.keep
def told(*arguments, **options):
    made = keep(*arguments, **options)
    told.steps += 1
    if told.steps == 2:  # within the second step, before it is committed
        print(*[child.pid for child in active_children()], flush=True)
        sys.stdin.read()
    return made
told.steps = 0
making.keep, making.STEP = told, 5
if __name__ == "__main__":
    call_command("procrastinate", "worker", "--one-shot")
"""


def ends_within(seconds: float, *pids: int) -> bool:
    """Whether processes end in time."""
    left = []
    for pid in pids:
        try:
            left.append(os.pidfd_open(pid))
        except ProcessLookupError:
            continue
    ended = [bool(select.select([one], [], [], seconds)[0]) for one in left]
    for one in left:
        os.close(one)
    return all(ended)


def test_a_killed_worker_leaves_no_process_and_another_goes_on_and_sends_none_twice(own_database, mailoutbox, tmp_path):
    a_server()
    for rank in range(1, 21):
        owing(f"C-{rank:02d}", f"{rank}.00", **MAILED, email=f"c{rank}@exemple.fr")
    of = prepared(job=tasks.queue_round, sends=True)
    (tmp_path / "worker.py").write_text(WORKER)
    worker = subprocess.Popen(
        [sys.executable, str(tmp_path / "worker.py"), own_database],
        cwd=settings.BASE_DIR,
        env={**os.environ, "PYTHONPATH": str(settings.BASE_DIR)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    children = [int(pid) for pid in worker.stdout.readline().split()]

    os.kill(worker.pid, signal.SIGKILL)
    worker.communicate()

    assert children
    assert ends_within(20, *children)
    assert result_of(of).made == 5
    silent = timezone.now() - timedelta(minutes=2)
    execute("UPDATE procrastinate_workers SET last_heartbeat = %s", silent)
    upkeep.resume_stalled_jobs.configure(queueing_lock=uuid4().hex).defer(timestamp=0)
    work_off()
    work_off()

    of.refresh_from_db()
    assert (of.ended_at is not None, result_of(of).made, KeptFile.objects.count()) == (True, 20, 20)
    assert sorted(to for message in mailoutbox for to in message.to) == sorted(f"c{n}@exemple.fr" for n in range(1, 21))


def test_mails_cut_off_within_a_step_are_written_once(own_database, monkeypatch):
    monkeypatch.setattr("statements.rounds.handing.STEP", 3)
    a_server()
    for rank in range(1, 9):
        owing(f"C-{rank}", f"{rank}.00", **MAILED, email=f"c{rank}@exemple.fr")
    of = made_whole(prepared(sends=True))
    handing.write_mails(of.pk, at=NOON, job=lambda **_: None)

    class Killed(BaseException):
        pass

    def dies(**_) -> None:
        raise Killed

    with pytest.raises(Killed):
        handing.write_mails(of.pk, at=NOON, job=dies)
    connection.close()
    assert Mail.objects.count() == 3
    while handing.write_mails(of.pk, at=NOON, job=lambda **_: None):
        pass

    assert Mail.objects.count() == 8
    assert Mail.objects.values("recipient").distinct().count() == 8


def test_two_jobs_on_one_round_make_and_send_each_statement_once(own_database):
    a_server()
    for rank in range(1, 9):
        owing(f"C-{rank}", f"{rank}.00", **MAILED, email=f"c{rank}@exemple.fr")
    of = prepared(sends=True)

    def whole() -> None:
        made_whole(of)
        while handing.write_mails(of.pk, at=NOON, job=lambda **_: None):
            pass

    run_together(whole, whole)

    assert (result_of(of).made, KeptFile.objects.count(), Mail.objects.count()) == (8, 8, 8)


# The pages


def accountant(browser):
    return at_work(browser, role=Role.ACCOUNTANT)


def form(**fields) -> dict[str, object]:
    return {"key": str(uuid4()), **fields}


def page(response) -> str:
    return text_of(response.content.decode())


ALL = f"{PAGE}?start=2026-03-01&end=2026-03-31"


@pytest.mark.django_db
def test_a_form_makes_one_round_however_often_it_is_sent_and_leaves_who_is_not_ticked(client):
    one, _, three = owing("C-1", "10"), owing("C-2", "20"), owing("C-3", "30")
    desk = accountant(client)
    assert "10,00\u00a0€ dus par le client" in page(desk.get(ALL))
    sent = form(clients=[one.pk, three.pk])

    first = desk.post(ALL, sent)
    of = made_whole(Round.objects.get())
    second = desk.post(ALL, sent)

    assert first.url == second.url == reverse("round_detail", args=[of.pk])
    assert [code for code, *_ in told(of)] == ["C-1", "C-3"]
    assert of.about.endswith(", 2 clients cochés")


@pytest.mark.django_db
def test_two_windows_make_a_round_each_and_the_same_key_with_another_input_is_refused(client):
    one = owing("C-1", "10")
    owing("C-2", "20")
    desk, sent = accountant(client), form(clients=[one.pk])

    desk.post(ALL, sent)
    changed = desk.post(ALL, {**sent, "others": "on"})
    desk.post(ALL, form(clients=[one.pk]))

    assert (changed.status_code, Round.objects.count()) == (422, 2)


@pytest.mark.django_db
def test_of_a_long_choice_those_that_are_not_shown_get_one_too(client, monkeypatch):
    monkeypatch.setattr("statements.rounds.views.SHOWN", 2)
    made = [owing(f"C-{rank}", "10") for rank in range(1, 5)]
    desk = accountant(client)
    assert desk.get(ALL).context["number"] == 4

    desk.post(ALL, form(clients=[made[0].pk], others="on"))

    of = made_whole(Round.objects.get())
    assert [code for code, *_ in told(of)] == ["C-1", "C-3", "C-4"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "fields", "status"),
    [
        ("start=2026-03-31&end=2026-03-01", {"others": "on"}, 422),
        ("start=hier", {"others": "on"}, 422),
        ("choice=x", {"others": "on"}, 422),
        ("site=999", {"others": "on"}, 422),
        ("start=2026-03-01&end=2026-03-31", {}, 422),
        ("start=2026-03-01&end=2026-03-31", {"clients": ["0"]}, 422),
        ("start=2026-03-01&end=2026-03-31", {"others": "on", "sends": "on"}, 422),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_made(client, query, fields, status):
    owing("C-1", "10")

    response = accountant(client).post(f"{PAGE}?{query}", form(**fields))

    assert (response.status_code, Round.objects.count()) == (status, 0)


def test_the_page_tells_how_far_it_is_and_hands_out_paper_and_archive(own_database, client):
    for code, details in {
        "C-1": {},
        "C-2": {"channel": "email", "email": "c2@exemple.fr"},
        "C-3": {"city": ""},
    }.items():
        owing(code, "10", **details)
    desk = accountant(client)
    desk.post(ALL, form(others="on", clients=[]) | {"clients": [one.pk for one in candidates(chosen())]})
    of = Round.objects.get()
    address = reverse("round_detail", args=[of.pk])
    assert "l’exécutant des tâches n’est pas en marche" in page(desk.get(address))

    work_off()
    said = page(desk.get(address))
    assert "3 relevés faits." in said
    assert "1 relevé sans adresse" in said
    for what in ("paper", "zip", "everything"):
        desk.post(reverse("round_print", args=[of.pk]), {"what": what})
        work_off()
    again = desk.post(reverse("round_print", args=[of.pk]), {"what": "paper"})

    files = [desk.get(reverse("round_file", args=[of.pk, one.name])) for one in Export.objects.order_by("pk")]
    paper, archive, everything = (b"".join(one.streaming_content) for one in files)
    assert [len(PdfReader(BytesIO(one)).pages) for one in (paper, everything)] == [1, 3]
    assert "C-1" in pages(paper)[0]
    assert ZipFile(BytesIO(archive)).namelist() == [f"releve-C-{n}-2026-03-31.pdf" for n in (1, 2, 3)]
    assert again.status_code == 422
    assert result_of(of).to_print == 0
    assert "imprimé le" in page(desk.get(address))


@pytest.mark.django_db
def test_e_mails_can_be_asked_for_later_once(client):
    a_server()
    owing("C-1", "10", **MAILED, email="c1@exemple.fr")
    of, desk = made_whole(prepared()), accountant(client)
    address, sent = reverse("round_send", args=[of.pk]), form()
    assert not handing.write_mails(of.pk, at=NOON, job=lambda **_: None)

    desk.post(address, sent)
    desk.post(address, sent)
    while handing.write_mails(of.pk, at=NOON, job=lambda **_: None):
        pass
    again = desk.post(address, form())

    assert (again.status_code, Mail.objects.count()) == (422, 1)
    assert "c1@exemple.fr" in page(desk.get(reverse("round_detail", args=[of.pk])))


@pytest.mark.django_db
def test_an_address_that_is_gone_and_a_damaged_file_are_told_and_the_others_leave():
    a_server()
    gone, bad, _ = (owing(f"C-{n}", f"{n}.00", **MAILED, email="c@exemple.fr") for n in (1, 2, 3))
    of = made_whole(prepared(sends=True))
    execute("UPDATE clients_client SET email = '' WHERE id = %s", gone.pk)
    execute("ALTER TABLE office_keptfile DISABLE TRIGGER USER")
    execute("ALTER TABLE office_keptfile DROP CONSTRAINT office_kept_file_digest")
    execute("UPDATE office_keptfile SET content = 'autre' WHERE key = %s", statements_of(of).get(client=bad).pk)

    while handing.write_mails(of.pk, at=NOON, job=lambda **_: None):
        pass

    assert [reason for *_, reason in told(of)] == ["aucune adresse e-mail", "le PDF conservé est abîmé", ""]
    assert Mail.objects.count() == 1


@pytest.mark.django_db
def test_a_stalled_round_can_be_taken_up(client):
    owing("C-1", "10")
    of, desk = prepared(), accountant(client)
    execute("INSERT INTO procrastinate_workers DEFAULT VALUES")

    part = desk.get(reverse("round_detail", args=[of.pk]), headers={"HX-Request": "true"}).content.decode()
    desk.post(reverse("round_resume", args=[of.pk]))

    assert 'hx-trigger="every 2s"' in part
    assert "Reprendre" in part
    queued = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'statements.tasks.make_round'"
    assert execute(queued) == [(1,)]


@pytest.mark.django_db
def test_a_client_s_statements_are_listed_and_each_print_is_counted(client):
    owing("C-1", "10")
    of, desk = made_whole(prepared()), at_work(client)
    one = Statement.objects.get(round=of)

    response = desk.get(reverse("statement_pdf", args=[one.pk]))

    assert response["Content-Type"] == "application/pdf"
    assert KeptFile.objects.get().prints == 1
    assert "10,00\u00a0€ dus par le client" in page(desk.get(reverse("client_statements", args=["C-1"])))


# One client's, by e-mail


@pytest.mark.django_db
def test_an_extract_leaves_with_the_figures_of_its_pdf_and_is_kept_once(client):
    a_server()
    owing("C-1", "10", email="c1@exemple.fr")
    desk, query = at_work(client), "?start=2026-03-01&end=2026-03-31"
    address = reverse("client_extract_mail", args=["C-1"]) + query
    shown = desk.get(address)
    words = {name: shown.context["form"][name].value() for name in ("recipient", "subject", "body")}
    sent = {"key": str(uuid4()), "seen": shown.context["parcel"].seen, **words}

    first, second = desk.post(address, sent), desk.post(address, sent)

    mail, statement = Mail.objects.get(), Statement.objects.get()
    assert first.url == second.url
    assert (statement.mail, statement.final, statement.period) == (mail, Decimal("10.00"), MARCH)
    assert "Au 31/03/2026, vous nous devez 10,00\u00a0€." in mail.body
    (file,) = mail.files.all()
    assert "10,00 € dus par le client" in pages(bytes(file.content))[0]
    assert "Envoyer" in page(desk.get(reverse("client_extract", args=["C-1"]) + query))


@pytest.mark.django_db
def test_an_account_that_changed_while_the_message_was_written_is_told(client):
    a_server()
    someone = owing("C-1", "10", email="c1@exemple.fr")
    desk = at_work(client)
    address = reverse("client_extract_mail", args=["C-1"])
    shown = desk.get(address)
    words = {name: shown.context["form"][name].value() for name in ("recipient", "subject", "body")}
    pay(someone, today(), "4", {someone.invoices.get(): "4"})

    response = desk.post(address, {"key": str(uuid4()), "seen": shown.context["parcel"].seen, **words})

    assert (response.status_code, Mail.objects.count()) == (422, 0)
    assert "vous nous devez 6,00\u00a0€." in page(response)


@pytest.mark.django_db
def test_an_extract_of_nonsense_is_not_sent(client):
    owing("C-1", "10")
    desk = at_work(client)

    answers = [
        desk.get(reverse("client_extract_mail", args=[code]) + query).status_code
        for code, query in (("C-1", "?start=2026-03-31&end=2026-03-01"), ("INCONNU", ""))
    ]

    assert answers == [404, 404]
