"""Many clients invoiced at once: chosen, made in steps, never twice, then printed and sent by each client's channel."""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from clients.models import Mail
from clients.services import archive_client
from invoicing import services, tasks
from invoicing.filters import BatchVisitFilter
from invoicing.models import Batch, BatchItem, Invoice, Visit
from invoicing.queries import all_visits_to_invoice, candidates, foreseen, items_of_batch, result_of, to_print
from invoicing.services import draft_visits
from ledger.models import Operation
from office.clock import today
from office.models import Event, Export, KeptFile, MailServer, Role
from tests.builders import a_client, invoice_visits, line, visit
from tests.factories import PartyFactory, SiteFactory, UserFactory, op
from tests.helpers import execute, refused, run_together, work_off
from tests.pages import at_work, text_of

DAY = date(2026, 3, 2)
END = date(2026, 3, 31)
NOON = datetime(2026, 3, 31, 12, tzinfo=timezone.get_default_timezone())
PAGE = "/a-facturer/lots/nouveau/"


def clients(number: int, **details) -> list:
    """So many clients, in the order of their names, each with a visit of 12,00."""
    made = [a_client(f"C-{rank}", name=f"Nom {rank:03d}", **details) for rank in range(1, number + 1)]
    for one in made:
        visit(one, DAY, line("12"))
    return made


def prepared(*, on: date = END, together: bool = False, terms: str = "", key=None, job=lambda **_: None) -> Batch:
    return services.prepare_batch(
        visits=candidates(all_visits_to_invoice(), on=on),
        about="Toutes",
        on=on,
        together=together,
        terms=terms,
        op=op(on, Operation.Kind.INVOICE, key=key),
        job=job,
    )


def step(batch: Batch) -> bool:
    return services.take_step(batch.pk, at=NOON, job=lambda **_: None)


def made_whole(batch: Batch) -> Batch:
    while step(batch):
        pass
    return Batch.objects.get(pk=batch.pk)


def outcomes(batch: Batch) -> list[tuple[str, str]]:
    return [(item.client.code, item.outcome) for item in items_of_batch(batch)]


def reasons(batch: Batch) -> dict[str, str]:
    return {item.client.code: item.reason for item in items_of_batch(batch) if item.outcome == "skipped"}


# Chosen


@pytest.mark.django_db
def test_what_would_be_made_is_told_beforehand_and_what_not_and_why():
    one, two, gone, drafted = clients(4)
    visit(one, DAY, line("8"))
    visit(two, date(2026, 4, 1), line("5"))
    archive_client(gone, by=UserFactory())
    draft_visits(visits=list(Visit.objects.filter(client=drafted)), op=op(DAY, Operation.Kind.DRAFT))

    found = candidates(all_visits_to_invoice(), on=END)
    each, together = foreseen(found, together=False), foreseen(found, together=True)

    assert (each.clients, each.visits, each.invoices, together.invoices) == (2, 3, 3, 2)
    assert [total.amount for total in each.totals] == [Decimal("32.00")]
    assert [number for _, number in each.obstacles] == [1, 1, 1]


@pytest.mark.django_db
def test_a_choice_by_period_site_kind_and_progress_is_told_in_words():
    parc = SiteFactory(name="Lyon Parc")
    asked = {"since": "2026-03-01", "until": "2026-03-31", "site": parc.pk, "kind": "sale", "progress": "finished"}

    filters = BatchVisitFilter(asked, all_visits_to_invoice())

    assert filters.is_valid()
    assert filters.about == "Visites du 01/03/2026 au 31/03/2026, terminée, vente, Lyon Parc"
    assert BatchVisitFilter({}, all_visits_to_invoice()).is_valid()


# Made


@pytest.mark.django_db
def test_a_batch_invoices_each_client_on_its_own_terms_in_the_order_of_names(sound_ledger):
    b, a = a_client("C-1", name="Zola", terms="days_30"), a_client("C-2", name="Balzac")
    for client in (b, a):
        visit(client, DAY, line("12"))
        visit(client, DAY, line("8"))

    batch = made_whole(prepared(together=True))

    first, second = (item.invoice for item in items_of_batch(batch))
    assert [bill.client for bill in (first, second)] == [a, b]
    assert first.document.number + 1 == second.document.number
    assert [(bill.ttc.amount, bill.day, bill.terms) for bill in (first, second)] == [
        (Decimal("20.00"), END, "receipt"),
        (Decimal("20.00"), END, "days_30"),
    ]
    assert {bill.operation for bill in (first, second)} == {batch.operation}
    assert batch.ended_at == NOON
    assert not all_visits_to_invoice().exists()


@pytest.mark.django_db
def test_terms_of_a_batch_hold_for_all():
    visit(a_client("C-1", terms="days_30"), DAY, line("12"))

    made_whole(prepared(terms="month"))

    assert Invoice.objects.get().terms == "month"


@pytest.mark.django_db
def test_a_passer_by_gets_an_invoice_of_his_own(sound_ledger):
    walk_in = a_client("PASSAGE", walk_in=True)
    parties = [PartyFactory(account=walk_in.account, name=name) for name in ("Dupont", "Martin")]
    for party in (*parties, parties[0]):
        visit(walk_in, DAY, line("12"), party=party)

    batch = made_whole(prepared(together=True))

    assert [(item.party.name, item.invoice.ttc.amount) for item in items_of_batch(batch)] == [
        ("Dupont", Decimal("24.00")),
        ("Martin", Decimal("12.00")),
    ]


@pytest.mark.django_db
def test_what_cannot_be_invoiced_is_left_with_its_reason_and_the_rest_is_made(sound_ledger):
    archived, later, done, _ = clients(4)
    visit(later, date(2026, 4, 1), line("5"))
    archive_client(archived, by=UserFactory())
    batch = prepared()
    invoice_visits(END, *Visit.objects.filter(client=done))

    made_whole(batch)

    assert reasons(batch) == {
        "C-1": "Le client est archivé\u00a0: réactivez-le d’abord.",
        "C-2": "La visite est postérieure à la date des factures.",
        "C-3": "Plus rien n’y est à facturer\u00a0: déjà fait entre-temps, ou sur un brouillon.",
    }
    assert [code for code, outcome in outcomes(batch) if outcome == "made"] == ["C-2", "C-4"]
    result = result_of(batch)
    assert (result.done, result.total, result.made, result.skipped) == (5, 5, 2, 3)
    assert [total.amount for total in result.totals] == [Decimal("24.00")]


@pytest.mark.django_db
def test_a_client_archived_meanwhile_is_left(sound_ledger):
    (one,) = clients(1)
    batch = prepared()
    archive_client(one, by=UserFactory())

    made_whole(batch)

    assert list(reasons(batch)) == ["C-1"]


@pytest.mark.django_db
def test_a_day_that_numbers_have_passed_is_told_and_nothing_is_made(sound_ledger):
    (one,) = clients(1)
    batch = prepared(on=DAY)
    other = a_client("C-9")
    invoice_visits(END, visit(other, DAY, line("5")))

    made_whole(batch)

    assert "31/03/2026" in reasons(batch)["C-1"]
    assert one.invoices.count() == 0


@pytest.mark.django_db
def test_a_batch_of_nothing_is_refused():
    with pytest.raises(services.NothingChosen):
        prepared()

    assert not Batch.objects.exists()


@pytest.mark.django_db
def test_steps_are_of_25_documents_at_most():
    clients(30)
    batch = prepared()
    sizes = []

    while step(batch):
        sizes.append(Invoice.objects.count())

    assert sizes == [25, 30]


# Cut off, and together


def test_a_batch_cut_off_between_steps_and_within_one_makes_none_twice(own_database, monkeypatch):
    monkeypatch.setattr("invoicing.services.collective.STEP", 3)
    clients(8)
    batch = prepared(job=tasks.queue_batch)
    step(batch)

    class Killed(BaseException):
        pass

    def dies(*, key: int) -> None:
        dies.left -= 1
        if not dies.left:
            raise Killed

    dies.left = 2
    with pytest.raises(Killed):
        services.take_step(batch.pk, at=NOON, job=dies)
    connection.close()
    assert Invoice.objects.count() == 3

    work_off()

    batch.refresh_from_db()
    numbers = Invoice.objects.order_by("document__number").values_list("document__number", flat=True)
    assert list(numbers) == list(range(1, 9))
    assert [outcome for _, outcome in outcomes(batch)] == ["made"] * 8
    assert batch.ended_at is not None


def test_two_jobs_for_one_batch_go_on_where_it_was(own_database, monkeypatch):
    monkeypatch.setattr("invoicing.services.collective.STEP", 3)
    clients(5)
    batch = prepared(job=tasks.queue_batch)
    step(batch)
    tasks.queue_batch(key=batch.pk)
    tasks.queue_batch(key=batch.pk)

    work_off()

    assert Invoice.objects.count() == 5
    assert result_of(batch).made == 5


def test_two_desks_with_a_batch_each_invoice_a_visit_once(own_database):
    clients(6)
    one, two = prepared(), prepared()

    run_together(lambda: made_whole(one), lambda: made_whole(two))

    assert Invoice.objects.count() == 6
    assert result_of(one).made + result_of(two).made == 6
    assert result_of(one).skipped + result_of(two).skipped == 6


def test_two_jobs_on_one_batch_make_each_invoice_once(own_database):
    clients(6)
    batch = prepared()

    run_together(lambda: made_whole(batch), lambda: made_whole(batch))

    assert (Invoice.objects.count(), result_of(batch).made) == (6, 6)


@pytest.mark.django_db
def test_the_database_keeps_what_a_batch_has_made():
    clients(1)
    batch = made_whole(prepared())
    assert batch.ended_at

    with refused("invoicing_batch_item_decided_once"):
        execute("UPDATE invoicing_batchitem SET outcome = 'pending', invoice_id = NULL")
    with refused("invoicing_batch_item_kept"):
        execute("DELETE FROM invoicing_batchitem")


# The pages


def accountant(browser, **user):
    return at_work(browser, role=Role.ACCOUNTANT, **user)


def form(**fields) -> dict[str, object]:
    return {
        "key": str(uuid4()),
        "action": "create",
        "how": "each",
        "day": today().isoformat(),
        "terms": "",
        **fields,
    }


def page(response) -> str:
    return text_of(response.content.decode())


@pytest.mark.django_db
def test_a_form_makes_one_batch_however_often_it_is_sent(client):
    made, desk = clients(3), accountant(client)
    sent = form(clients=[made[0].pk, made[2].pk])

    first = desk.post(PAGE, sent)
    made_whole(Batch.objects.get())
    second = desk.post(PAGE, sent)

    batch = Batch.objects.get()
    assert first.url == second.url == reverse("batch_detail", args=[batch.pk])
    assert [code for code, _ in outcomes(batch)] == ["C-1", "C-3"]
    assert batch.about == "Toutes les visites à facturer, 2 clients cochés"


@pytest.mark.django_db
def test_the_preview_follows_what_is_ticked_and_makes_nothing(client):
    made, desk = clients(3), accountant(client)
    assert "3 factures pour 3 clients, 3 visites" in page(desk.get(PAGE))

    response = desk.post(PAGE, form(clients=[made[0].pk], action="preview"))

    assert "1 facture pour 1 client, 1 visite\u00a0: 12,00\u00a0€ TTC" in page(response)
    assert not Batch.objects.exists()
    assert desk.get(f"{PAGE}?coches=aucun").context["form"].ticked == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"clients": []}, "clients"),
        ({"day": "31/31/2026"}, "day"),
        ({"day": "2999-01-01"}, "day"),
        ({"how": "autre"}, "how"),
        ({"terms": "free"}, "terms"),
        ({"clients": ["0"]}, "clients"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_made(client, fields, field):
    made, desk = clients(1), accountant(client)

    response = desk.post(PAGE, form(**{"clients": [made[0].pk], **fields}))

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert not Batch.objects.exists()


@pytest.mark.django_db
def test_a_choice_of_another_period_is_kept_to(client):
    made, desk = clients(2), accountant(client)
    visit(made[0], date(2026, 2, 1), line("7"))

    desk.post(f"{PAGE}?since=2026-02-01&until=2026-02-28", form(clients=[one.pk for one in made]))

    (item,) = items_of_batch(Batch.objects.get())
    assert [one.day for one in item.visits.all()] == [date(2026, 2, 1)]


def test_the_worker_makes_it_while_the_page_tells_how_far_it_is(own_database, client):
    made, desk = clients(3), accountant(client)
    desk.post(PAGE, form(clients=[one.pk for one in made]))
    batch = Batch.objects.get()
    address = reverse("batch_detail", args=[batch.pk])
    waiting = desk.get(address).content.decode()
    assert "l’exécutant des tâches n’est pas en marche" in waiting
    assert 'hx-trigger="every' not in waiting
    assert 'value="0" max="3"' in waiting

    work_off()

    said = page(desk.get(address))
    assert "Terminé" in said
    assert "3 factures faites, 36,00\u00a0€ TTC" in said
    assert "Nom 001" in said
    assert KeptFile.objects.count() == 3


@pytest.mark.django_db
def test_while_it_runs_the_page_asks_again_and_a_stalled_one_can_be_taken_up(client):
    clients(1)
    batch, desk = prepared(), accountant(client)
    execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    address = reverse("batch_detail", args=[batch.pk])

    part = desk.get(address, headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 2s"' in part
    assert "<html" not in part
    assert "Reprendre" in part
    desk.post(reverse("batch_resume", args=[batch.pk]))

    queued = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'invoicing.tasks.make_batch'"
    assert execute(queued) == [(1,)]


# Printed and sent


def channelled(job=lambda **_: None) -> Batch:
    """A batch of four clients: by paper, without a channel, by e-mail, and by e-mail without an address."""
    for code, details in {
        "C-1": {"channel": "paper"},
        "C-2": {"channel": ""},
        "C-3": {"channel": "email", "email": "c3@exemple.fr"},
        "C-4": {"channel": "email"},
        "C-5": {"channel": "e_invoice", "email": "c5@exemple.fr"},
    }.items():
        visit(a_client(code, name=f"Nom {code}", **details), DAY, line("12"))
    return made_whole(prepared())


def test_paper_is_one_pdf_in_the_order_of_names_and_nothing_goes_twice_unnoticed(own_database, client):
    batch, desk = channelled(), accountant(client)
    address = reverse("batch_print", args=[batch.pk])
    assert result_of(batch).to_print == 2

    desk.post(address, {"what": "paper"})
    desk.post(address, {"what": "paper"})
    work_off()

    export = Export.objects.get()
    file = b"".join(desk.get(reverse("batch_file", args=[batch.pk, export.name])).streaming_content)
    texts = [sheet.extract_text() for sheet in PdfReader(BytesIO(file)).pages]
    numbers = [str(item.invoice) for item in items_of_batch(batch)]
    assert [[number for number in numbers if number in text] for text in texts] == [[numbers[0]], [numbers[1]]]
    assert (export.done, export.total, result_of(batch).to_print) == (2, 2, 0)
    assert list(KeptFile.objects.order_by("name").values_list("prints", flat=True)) == [1, 1]
    event = Event.objects.get(kind=Event.Kind.PRINT)
    assert event.detail == {"pièce": str(batch), "factures": 2}
    again = desk.post(address, {"what": "paper"})
    assert (again.status_code, "Aucune facture de ce choix n’est à imprimer." in page(again)) == (422, True)
    desk.post(address, {"what": "everything"})
    work_off()
    assert Export.objects.latest("pk").total == 5
    for made in Export.objects.all():
        default_storage.delete(made.path)


def test_mail_goes_to_those_who_get_it_and_who_has_no_address_is_listed(own_database, client, mailoutbox):
    MailServer.objects.create(pk=1, sender_address="a@exemple.fr")
    batch, desk = channelled(), accountant(client)
    address, sent = reverse("batch_send", args=[batch.pk]), {"key": str(uuid4())}

    desk.post(address, sent)
    desk.post(address, sent)
    work_off()

    (message,) = mailoutbox
    third = items_of_batch(batch)[2]
    assert (message.to, message.subject) == (["c3@exemple.fr"], f"Facture {third.invoice} –")
    assert [name for name, *_ in message.attachments] == [f"{third.invoice}.pdf"]
    assert "12,00\u00a0€" in message.body
    assert (third.mail.document, third.mail.state) == (third.invoice.document, "sent")
    assert [item.unsent for item in items_of_batch(batch)] == ["", "", "", "aucune adresse e-mail", ""]
    said = page(desk.get(reverse("batch_detail", args=[batch.pk])))
    assert "Aucune adresse e-mail" in said
    assert "c3@exemple.fr Envoyé" in said
    assert "1 facture de clients à la facture électronique" in said
    unsent = desk.get(f"{reverse('batch_detail', args=[batch.pk])}?handed=pas-envoyees")
    assert [row.record.client.code for row in unsent.context["table"].page.object_list] == ["C-4"]
    refused_now = desk.post(address, {"key": str(uuid4())})
    assert (refused_now.status_code, Mail.objects.count()) == (422, 1)


@pytest.mark.django_db
def test_mails_cut_off_after_a_step_are_written_once():
    MailServer.objects.create(pk=1, sender_address="a@exemple.fr")
    for one in clients(30, channel="email", email="c@exemple.fr"):
        assert one.email
    batch = made_whole(prepared())
    services.send_batch(batch=batch, op=op(END, Operation.Kind.MAIL), job=lambda **_: None)
    for item in batch.items.all():
        KeptFile.objects.create(
            subject="invoice",
            key=item.invoice_id,
            name="f.pdf",
            content=b"%PDF",
            sha256="315d429b7714cedb6ad04ac31240145257692630457f3c88253c5beceac76027",
            made_at=NOON,
        )

    assert services.write_mails(batch.pk, at=NOON, job=lambda **_: None)
    assert Mail.objects.count() == 25
    while services.write_mails(batch.pk, at=NOON, job=lambda **_: None):
        pass

    assert Mail.objects.count() == 30
    assert Mail.objects.values("document").distinct().count() == 30


@pytest.mark.django_db
def test_what_was_sent_from_its_own_page_is_not_sent_again():
    MailServer.objects.create(pk=1, sender_address="a@exemple.fr")
    batch = channelled()
    third = items_of_batch(batch)[2]
    act = op(END, Operation.Kind.MAIL)
    act.save()
    Mail.objects.create(
        account=third.client.account,
        document=third.invoice.document,
        kind="invoice",
        recipient="x@y.fr",
        subject="A",
        operation=act,
    )

    services.send_batch(batch=batch, op=op(END, Operation.Kind.MAIL), job=lambda **_: None)

    assert items_of_batch(batch)[2].unsent == "déjà envoyée par e-mail"
    assert list(to_print(batch, everything=False).values_list("client__code", flat=True)) == ["C-1", "C-2"]


@pytest.mark.django_db
def test_a_damaged_file_is_told_and_the_others_are_sent():
    MailServer.objects.create(pk=1, sender_address="a@exemple.fr")
    bad, good = clients(2, channel="email", email="c@exemple.fr")
    batch = made_whole(prepared())
    services.invoice_file(bad.invoices.get(), at=NOON)
    execute("ALTER TABLE office_keptfile DISABLE TRIGGER USER")
    execute("ALTER TABLE office_keptfile DROP CONSTRAINT office_kept_file_digest")
    execute("UPDATE office_keptfile SET content = 'autre'")

    services.send_batch(batch=batch, op=op(END, Operation.Kind.MAIL), job=lambda **_: None)
    while services.write_mails(batch.pk, at=NOON, job=lambda **_: None):
        pass

    assert [item.unsent for item in items_of_batch(batch)] == ["le PDF conservé est abîmé", ""]
    assert Mail.objects.get().account == good.account


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 40])
def test_the_page_of_a_batch_asks_no_more_for_many(client, number):
    clients(number)
    batch, desk = made_whole(prepared()), accountant(client)

    with CaptureQueriesContext(connection) as queries:
        desk.get(reverse("batch_detail", args=[batch.pk]))

    assert len(queries) <= 15


@pytest.mark.django_db
def test_without_a_server_a_batch_is_not_sent(client):
    batch, desk = channelled(), accountant(client)

    response = desk.post(reverse("batch_send", args=[batch.pk]), {"key": str(uuid4())})

    assert response.status_code == 422
    assert not BatchItem.objects.exclude(mailing=None).exists()


@pytest.mark.django_db
def test_the_front_desk_has_no_batches(client):
    clients(1)
    desk = at_work(client)

    assert "Facturer plusieurs clients" not in page(desk.get("/a-facturer/"))
    assert desk.get(PAGE).status_code == 403
