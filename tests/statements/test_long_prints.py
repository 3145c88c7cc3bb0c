"""Long reports on paper: asked for, laid out by a job, fetched by who asked, and refused where they are too long."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.utils.timezone import now
from procrastinate.contrib.django.models import ProcrastinateJob

from office import keeping
from office.models import Event, Export, Role
from statements.views import extract, financial, printing
from tests.builders import a_client, invoice, pay
from tests.factories import UserFactory
from tests.helpers import execute, work_off
from tests.pages import at_work, squeezed, text_of
from tests.papers import pages

DAY = date(2026, 3, 2)
PAGE = "/etats/pdf/"
BOOK = "/etats/grand-livre/export/pdf/?start=2026-03-01&end=2026-03-31"


@pytest.fixture
def short(monkeypatch):
    """Reports of more than 5 rows are long, of more than 40 too long."""
    for module in (printing, extract, financial):
        monkeypatch.setattr(module, "PRINTED", 5)
    monkeypatch.setattr(printing, "LONGEST", 40)


def shown(page) -> str:
    return text_of(page.content.decode())


def fill(count: int) -> None:
    client = a_client("C-1")
    for _ in range(count):
        pay(client, DAY, "30", {invoice(client, DAY, "30"): "30"})


@pytest.fixture
def accountant(client):
    return at_work(client, role=Role.ACCOUNTANT)


@pytest.mark.parametrize(
    ("address", "title"),
    [
        (BOOK, "Grand livre clients"),
        ("/etats/balance-clients/export/pdf/?start=2026-03-01&end=2026-03-31", "Balance clients"),
        ("/etats/echeancier/export/pdf/?start=2026-03-01&end=2026-03-31", "État échéanciers client"),
        ("/etats/balance-agee/export/pdf/", "Balance âgée"),
        ("/clients/C-1/extrait/pdf/", "Extrait de compte C-1"),
        ("/clients/C-1/financier/pdf/?operations=toutes", "Situation financière C-1"),
    ],
)
def test_a_long_report_is_laid_out_by_a_job_and_fetched_by_who_asked(own_database, client, short, address, title):
    for rank in range(1, 7):
        one = a_client(f"C-{rank}")
        invoice(one, DAY, "30")
        for _ in range(1 if rank > 1 else 6):
            pay(one, DAY, "10") if "/C-1/" in address else None
    desk = at_work(client, role=Role.ACCOUNTANT)

    page = desk.get(address, follow=True)

    assert page.redirect_chain == [(PAGE, 302)]
    assert "En attente" in shown(page)
    assert title in shown(page)
    work_off()
    export = Export.objects.get()
    pdf = desk.get(f"{PAGE}{export.name}/")
    content = b"".join(pdf.streaming_content)
    assert pdf["Content-Type"] == "application/pdf"
    assert "C-1" in " ".join(pages(content))
    assert export.title.startswith(title[:5])
    assert Event.objects.filter(kind=Event.Kind.PRINT).count() == 1
    assert export.title in shown(desk.get(PAGE))
    assert at_work(client, role=Role.ACCOUNTANT).get(f"{PAGE}{export.name}/").status_code == 404


@pytest.mark.django_db
def test_a_short_report_is_answered_at_once(accountant, short):
    fill(1)

    answer = accountant.get(BOOK)

    assert answer["Content-Type"] == "application/pdf"
    assert not Export.objects.exists()


@pytest.mark.django_db
def test_one_that_is_too_long_is_refused_on_its_page(accountant, short):
    fill(25)

    page = accountant.get(BOOK, follow=True)

    assert page.redirect_chain[0][0] == "/etats/grand-livre/?start=2026-03-01&end=2026-03-31"
    assert "Plus de 40 lignes\u00a0: filtrez, ou exportez en CSV ou XLSX." in shown(page)
    assert not Export.objects.exists()


@pytest.mark.django_db
def test_the_same_is_asked_for_once_at_a_time_and_another_beside_it(accountant, short):
    fill(4)
    accountant.get(BOOK)

    again = accountant.get(BOOK, follow=True)
    accountant.get(f"{BOOK}&client=C-1")

    assert "Ce PDF est déjà en préparation" in shown(again)
    assert Export.objects.count() == 2
    assert ProcrastinateJob.objects.filter(task_name="statements.tasks.print_report").count() == 2


@pytest.mark.django_db
def test_while_it_is_made_the_page_looks_again_by_itself(accountant, short):
    fill(4)
    accountant.get(BOOK)
    execute("INSERT INTO procrastinate_workers DEFAULT VALUES")

    part = squeezed(accountant.get(PAGE, headers={"HX-Request": "true"}).content.decode())

    assert "<html" not in part
    assert 'hx-trigger="every 2s"' in part
    assert "En préparation" in part


@pytest.mark.django_db
def test_what_another_user_had_printed_is_no_one_else_s(accountant):
    keeping.ask("PDF x", by=UserFactory(), at=now(), title="Balance âgée", job=lambda **_: None)
    export = Export.objects.get()
    keeping.keep(export, BytesIO(b"%PDF"), at=now())

    assert "Aucun long PDF" in shown(accountant.get(PAGE))
    assert accountant.get(f"{PAGE}{export.name}/").status_code == 404
    default_storage.delete(export.path)


def test_what_fails_is_told_and_may_be_asked_for_again(own_database, client, short, monkeypatch):
    fill(4)
    desk = at_work(client, role=Role.ACCOUNTANT)
    desk.get(BOOK)
    monkeypatch.setattr("statements.tasks.print_in_full", None)  # whatever it is that fails
    work_off()

    assert "A échoué" in shown(desk.get(PAGE))
    desk.get(BOOK)
    assert Export.objects.filter(ended_at=None).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("file", ["pdf", "csv", "xlsx"])
def test_filters_that_make_no_sense_are_not_printed(accountant, file):
    assert accountant.get(f"/etats/grand-livre/export/{file}/?start=2026-03-31&end=2026-03-01").status_code == 404
