"""The pages of the invoices of many clients: asked for once, told beforehand, followed."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from invoicing.models import Batch, BatchItem
from invoicing.queries import items_of_batch
from office.models import KeptFile
from tests.builders import line, visit
from tests.helpers import execute, work_off
from tests.invoicing.batches import PAGE, accountant, channelled, clients, form, made_whole, outcomes, page, prepared
from tests.pages import at_work


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
