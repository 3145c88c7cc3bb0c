"""E-mails to clients: written once, marked before they are handed over, and never sent twice by themselves."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from clients import services, tasks
from clients.letters import LETTERS, Text
from clients.models import Client, Mail, MailTemplate
from clients.queries import address_by_client, addresses_of, lost_mails, text_of
from ledger.models import Operation
from ledger.services import AlreadySubmitted
from office import tasks as upkeep
from office.kept import kept_file
from office.mailing import MailRefused, MailUncertain, NoMailServer
from office.models import Event, MailServer
from tests.builders import a_client
from tests.factories import UserFactory, op
from tests.helpers import execute, refused, run_together, work_off
from tests.office.test_mailing import smtp

DAY = date(2026, 3, 12)
NOON = datetime(2026, 3, 12, 12, tzinfo=timezone.get_default_timezone())
TEXT = Text("Facture FAC-1", "Bonjour,\n\nCi-joint votre facture.")


def a_server(**fields) -> MailServer:
    return MailServer.objects.create(
        pk=1, **{"sender_address": "a@exemple.fr", "host": "127.0.0.1", "security": "none", **fields}
    )


def written(client: Client | None = None, *, job=lambda **_: None, key=None, text: Text = TEXT) -> Mail:
    client = client or a_client()
    file = kept_file("essai", client.pk, name="FAC-1.pdf", at=NOON, make=lambda: b"%PDF-1.7")
    return services.write_mail(
        account=client.account,
        letter=LETTERS["invoice"],
        text=text,
        recipient="b@exemple.fr",
        files=[file],
        op=op(DAY, Operation.Kind.MAIL, key=key, digest=text.subject),
        job=job,
    )


def state(mail: Mail) -> str:
    return Mail.objects.get(pk=mail.pk).state


def queued() -> list[tuple[int, datetime | None]]:
    found = "SELECT (args->>'key')::int, scheduled_at FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo'"
    return execute(f"{found} ORDER BY id", "clients.tasks.send_mail")


def now_due() -> None:
    execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")


# Sent


def test_a_job_hands_it_over_with_its_attachment(own_database, mailoutbox):
    a_server()
    mail = written(job=tasks.queue_mail)
    assert state(mail) == Mail.State.WAITING

    work_off()

    (message,) = mailoutbox
    assert (message.to, message.subject, message.body) == (["b@exemple.fr"], TEXT.subject, TEXT.body)
    assert message.attachments == [("FAC-1.pdf", b"%PDF-1.7", "application/pdf")]
    assert message.from_email == "a@exemple.fr"
    assert state(mail) == Mail.State.SENT
    (attempt,) = mail.attempts.all()
    assert (attempt.rank, attempt.told, attempt.ended_at is not None) == (1, "", True)


def test_two_jobs_send_it_once(own_database, mailoutbox):
    a_server()
    mail = written(job=tasks.queue_mail)
    tasks.queue_mail(key=mail.pk)

    work_off()

    assert (len(mailoutbox), state(mail)) == (1, Mail.State.SENT)


@pytest.mark.django_db
def test_the_same_form_writes_one_mail_and_asks_once():
    a_server()
    client, key, asked = a_client(), uuid4(), []

    first = written(client, key=key, job=lambda **told: asked.append(told["key"]))
    second = written(client, key=key, job=lambda **told: asked.append(told["key"]))

    assert (first, asked, Mail.objects.count()) == (second, [first.pk], 1)


def test_two_clicks_at_once_write_one_mail(own_database):
    a_server()
    client, key = a_client(), uuid4()
    kept_file("essai", client.pk, name="FAC-1.pdf", at=NOON, make=lambda: b"%PDF-1.7")

    first, second = run_together(lambda: written(client, key=key), lambda: written(client, key=key))

    assert first == second == Mail.objects.get()


@pytest.mark.django_db
def test_the_same_form_with_other_words_is_refused():
    a_server()
    client, key = a_client(), uuid4()
    written(client, key=key)

    with pytest.raises(AlreadySubmitted):
        written(client, key=key, text=Text("Autre", "chose"))

    assert Mail.objects.count() == 1


@pytest.mark.django_db
def test_without_a_server_nothing_is_written():
    with pytest.raises(NoMailServer):
        written()

    assert not Mail.objects.exists()


def test_in_development_mails_are_files_and_need_no_server(own_database, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    mail = written(job=tasks.queue_mail)

    work_off()

    (file,) = tmp_path.iterdir()
    assert "To: b@exemple.fr" in file.read_text()
    assert state(mail) == Mail.State.SENT


# Refused


@pytest.fixture
def by_smtp(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 5


def test_a_server_that_refuses_for_now_is_asked_again_after_longer_and_longer_pauses(own_database, by_smtp):
    with smtp(RCPT="451 Plus tard") as port:
        a_server(port=port)
        mail = written(job=tasks.queue_mail)
        pauses = []
        for _ in services.mailing.PAUSES:
            work_off()
            mail = Mail.objects.get()
            assert (mail.state, mail.told) == (
                "retrying",
                "Le serveur refuse le destinataire («\u00a0Plus tard\u00a0»).",
            )
            assert [(mail.pk, mail.next_at)] == queued()
            pauses.append(mail.next_at - mail.attempts.latest("rank").ended_at)
            now_due()
        work_off()

    mail = Mail.objects.get()
    assert [pause.total_seconds() / 60 for pause in pauses] == [1, 5, 20, 60, 240]
    assert (mail.state, mail.next_at, mail.attempts.count(), queued()) == ("failed", None, 6, [])
    assert list(lost_mails()) == [mail]


def test_a_server_that_comes_back_gets_it(own_database, by_smtp):
    with smtp(MAIL="421 Occupé") as port:
        server = a_server(port=port)
        mail = written(job=tasks.queue_mail)
        work_off()
        assert state(mail) == Mail.State.RETRYING
    with smtp(DATA="354 envoyez") as port:
        MailServer.objects.filter(pk=server.pk).update(port=port)
        now_due()

        work_off()

    assert state(mail) == Mail.State.SENT
    assert [attempt.rank for attempt in mail.attempts.order_by("rank")] == [1, 2]


def test_an_address_that_does_not_exist_is_not_tried_again(own_database, by_smtp):
    with smtp(RCPT="550 Inconnu ici") as port:
        a_server(port=port)
        mail = written(job=tasks.queue_mail)

        work_off()

    assert (state(mail), queued()) == (Mail.State.FAILED, [])


def test_a_server_that_hangs_up_while_it_takes_the_message_leaves_it_uncertain(own_database, by_smtp):
    with smtp(DATA="354 envoyez", END="") as port:
        a_server(port=port)
        mail = written(job=tasks.queue_mail)

        work_off()

    mail = Mail.objects.get(pk=mail.pk)
    assert (mail.state, queued()) == (Mail.State.UNCERTAIN, [])
    assert "il a peut-être pris le message" in mail.told


def test_a_fault_of_ours_while_it_is_sent_leaves_it_uncertain(own_database, monkeypatch):
    a_server()
    mail = written(job=tasks.queue_mail)
    monkeypatch.setattr("clients.tasks.send", None)  # whatever it is that fails

    work_off()

    assert (state(mail), queued()) == (Mail.State.UNCERTAIN, [])


def test_a_damaged_attachment_is_never_sent(own_database, mailoutbox):
    a_server()
    mail = written(job=tasks.queue_mail)
    execute("ALTER TABLE office_keptfile DISABLE TRIGGER USER")
    execute("ALTER TABLE office_keptfile DROP CONSTRAINT office_kept_file_digest")
    execute("UPDATE office_keptfile SET content = 'autre'")

    work_off()

    assert (state(mail), mailoutbox) == (Mail.State.FAILED, [])


# Cut off


def taken_by_a_worker_that_died() -> None:
    """A job that is being done by a worker of which nothing was heard for two minutes."""
    execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    ((worker,),) = execute("SELECT max(id) FROM procrastinate_workers")
    execute("SELECT id FROM procrastinate_fetch_job_v2(NULL, %s)", worker)
    silent = timezone.now() - timedelta(minutes=2)
    execute("UPDATE procrastinate_workers SET last_heartbeat = %s WHERE id = %s", silent, worker)


def resume() -> None:
    upkeep.resume_stalled_jobs.configure(queueing_lock=uuid4().hex).defer(timestamp=0)
    work_off()
    work_off()


def test_what_was_cut_off_after_the_mark_is_uncertain_and_never_sent_again(own_database, mailoutbox):
    a_server()
    mail = written(job=tasks.queue_mail)
    taken_by_a_worker_that_died()
    services.begin(mail.pk, at=NOON)
    connection.close()  # all that the killed worker did is what it had committed

    resume()
    tasks.queue_mail(key=mail.pk)
    work_off()

    assert (state(mail), mailoutbox, queued()) == (Mail.State.UNCERTAIN, [], [])


def test_what_was_cut_off_before_the_mark_is_sent(own_database, mailoutbox):
    a_server()
    mail = written(job=tasks.queue_mail)
    taken_by_a_worker_that_died()

    resume()

    assert (state(mail), len(mailoutbox)) == (Mail.State.SENT, 1)


@pytest.mark.django_db
def test_a_late_answer_of_the_server_settles_what_was_uncertain():
    a_server()
    mail = written()
    services.begin(mail.pk, at=NOON)
    assert services.begin(mail.pk, at=NOON) is None
    assert state(mail) == Mail.State.UNCERTAIN

    services.note_sent(mail.pk, at=NOON + timedelta(minutes=1))

    assert state(mail) == Mail.State.SENT
    assert services.begin(mail.pk, at=NOON) is None


@pytest.mark.django_db
def test_what_is_being_sent_for_too_long_is_uncertain_and_what_was_forgotten_is_queued():
    a_server()
    stuck, fresh, forgotten = written(a_client("C-1")), written(a_client("C-2")), written(a_client("C-3"))
    services.begin(stuck.pk, at=NOON - timedelta(minutes=11))
    services.begin(fresh.pk, at=NOON - timedelta(minutes=9))
    again = []

    services.sweep_mails(NOON + timedelta(minutes=6), job=lambda **told: again.append(told["key"]))

    assert [state(mail) for mail in (stuck, fresh, forgotten)] == ["uncertain", "uncertain", "waiting"]
    assert again == [forgotten.pk]


@pytest.mark.django_db
@pytest.mark.parametrize("by_now", ["sent", "failed", "uncertain"])
def test_the_database_never_lets_a_mail_be_sent_that_may_have_arrived(by_now):
    a_server()
    mail = written()
    services.begin(mail.pk, at=NOON)
    execute("UPDATE clients_mail SET state = %s", by_now)

    for state_ in ("waiting", "sending", "retrying"):
        with refused("clients_mail_never_twice"):
            execute("UPDATE clients_mail SET state = %s", state_)


@pytest.mark.django_db
def test_the_database_keeps_what_a_mail_said_and_to_whom():
    a_server()
    mail = written()
    services.begin(mail.pk, at=NOON)
    services.note_sent(mail.pk, at=NOON)

    for name in ("subject", "body", "recipient"):
        with refused("clients_mail_never_twice"):
            execute(f"UPDATE clients_mail SET {name} = 'autre', state = 'sent'")
    with refused("clients_mail_kept"):
        execute("DELETE FROM clients_mail")
    with refused("clients_mail_attempt_ends_once"):
        execute("UPDATE clients_mailattempt SET told = 'autre'")


# By hand


def lost(told: str = "uncertain") -> Mail:
    mail = written()
    services.begin(mail.pk, at=NOON)
    if told == "failed":
        services.note_refused(mail.pk, MailRefused("Inconnu", for_good=True), at=NOON, job=lambda **_: None)
    else:
        services.note_uncertain(mail.pk, MailUncertain().message, at=NOON)
    return Mail.objects.get(pk=mail.pk)


def resent(mail: Mail, **fields) -> Mail:
    return services.resend_mail(
        mail=mail, recipient="c@exemple.fr", op=op(DAY, Operation.Kind.MAIL, **fields), job=lambda **_: None
    )


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["uncertain", "failed"])
def test_what_was_lost_is_sent_again_as_another_mail_with_the_same_words_and_files(how):
    a_server()
    mail = lost(how)

    newer = resent(mail)

    assert (newer.subject, newer.body, newer.recipient) == (mail.subject, mail.body, "c@exemple.fr")
    assert list(newer.files.all()) == list(mail.files.all())
    assert (newer.follows, newer.state, state(mail)) == (mail, "waiting", how)
    assert list(lost_mails()) == []
    with pytest.raises(services.AlreadyResent):
        resent(mail)


@pytest.mark.django_db
def test_what_is_under_way_or_has_arrived_is_not_sent_again():
    a_server()
    mail = written()

    with pytest.raises(services.NotLost):
        resent(mail)
    services.begin(mail.pk, at=NOON)
    services.note_sent(mail.pk, at=NOON)
    with pytest.raises(services.NotLost):
        resent(mail)


def test_two_desks_send_it_again_once(own_database):
    a_server()
    mail = lost()

    told = run_together(lambda: resent(mail, key=uuid4()), lambda: resent(mail, key=uuid4()))

    assert Mail.objects.filter(follows=mail).count() == 1
    assert sorted(type(one).__name__ for one in told) == ["AlreadyResent", "Mail"]


@pytest.mark.django_db
def test_what_is_uncertain_may_be_marked_as_sent_and_tells_by_whom():
    a_server()
    mail, nadia = lost(), UserFactory()

    services.mark_as_sent(mail, by=nadia, at=NOON)
    services.mark_as_sent(mail, by=nadia, at=NOON)

    found = Mail.objects.get(pk=mail.pk)
    assert (found.state, found.settled_by) == ("sent", nadia)
    with pytest.raises(services.NotLost):
        resent(found)


@pytest.mark.django_db
def test_what_failed_cannot_be_marked_as_sent():
    a_server()
    with pytest.raises(services.NotLost):
        services.mark_as_sent(lost("failed"), by=UserFactory(), at=NOON)


# Texts and addresses


@pytest.mark.django_db
def test_the_text_of_a_kind_is_the_own_one_or_the_proposed_one_and_each_change_is_logged():
    letter, nadia = LETTERS["invoice"], UserFactory()
    assert text_of(letter) == Text(letter.subject, letter.body)

    services.save_template(letter, Text("Votre facture {numéro}", "Bonjour"), by=nadia)
    assert text_of(letter) == Text("Votre facture {numéro}", "Bonjour")
    services.restore_template(letter, by=nadia)

    assert text_of(letter) == Text(letter.subject, letter.body)
    assert not MailTemplate.objects.exists()
    changed, restored = Event.objects.filter(kind=Event.Kind.SETTINGS).order_by("pk")
    assert changed.detail["changes"][0] == {
        "field": "objet",
        "before": "Facture {numéro} – {entreprise}",
        "after": "Votre facture {numéro}",
    }
    assert restored.detail == {"paramètre": "E-mails, Facture", "action": "texte proposé rétabli"}


@pytest.mark.django_db
def test_documents_go_to_the_client_else_to_whoever_keeps_its_books():
    own, firm, silent = a_client("C-1", email="a@exemple.fr"), a_client("C-2"), a_client("C-3")
    own.contacts.create(name="Anne", function="Comptabilité", email="compta@exemple.fr")
    firm.contacts.create(name="Paul", function="Accueil", email="accueil@exemple.fr")
    firm.contacts.create(name="Zoé", function="Service facturation", email="factures@exemple.fr")
    silent.contacts.create(name="Luc", email="")

    assert addresses_of(own) == ["a@exemple.fr", "compta@exemple.fr"]
    assert addresses_of(firm) == ["factures@exemple.fr", "accueil@exemple.fr"]
    assert addresses_of(silent) == []
    assert address_by_client([own, firm, silent]) == {own.pk: "a@exemple.fr", firm.pk: "factures@exemple.fr"}
