"""The pages of the statements of many clients: asked for once, followed, printed, sent."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse
from pypdf import PdfReader

from clients.models import Mail
from office.models import Export, KeptFile
from statements.models import Round, Statement
from statements.rounds import handing
from statements.rounds.queries import candidates, result_of, statements_of
from tests.helpers import execute, work_off
from tests.pages import at_work
from tests.papers import pages
from tests.statements.rounds import (
    ALL,
    MAILED,
    NOON,
    PAGE,
    a_server,
    accountant,
    chosen,
    form,
    made_whole,
    owing,
    page,
    prepared,
    told,
)


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
