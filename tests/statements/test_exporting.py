"""« Exporter mes données »: the archive read back, how it is asked for, and who may have it."""

import csv
import hashlib
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.core.files.storage import default_storage
from django.db.models import Sum
from django.urls import reverse
from django.utils.timezone import now
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.job_context import AbortReason
from procrastinate.worker import Worker

from clients.models import Animal, Client
from credits.models import CreditNote
from invoicing.models import Category, Invoice
from invoicing.services import save_tariff
from ledger.models import Allocation, Entry, Line
from office import keeping
from office.amounts import parse_amount
from office.models import Event, Export, Role
from payments.models import Payment
from statements.exporting.archive import write_archive
from statements.exporting.contents import data_files
from statements.exporting.views import SUBJECT
from statements.tasks import export_data
from tests.builders import a_client, bounce, credit_on, invoice, line, pay, use, visit
from tests.factories import UserFactory
from tests.helpers import execute, work_off
from tests.pages import at_work, squeezed
from tests.shelf import a_tariff, an_item

DAY = date(2026, 3, 2)
PAGE = "/exporter-mes-donnees/"


def fill() -> None:
    client = a_client("C-1", email="a@example.org")
    Animal.objects.create(client=client, name="=Rex", species="Chien")
    visit(client, DAY, line("31", quantity="2"))
    f = invoice(client, DAY, "1200.50", "12")
    use(credit_on(f, DAY, "100"), f, "100", DAY)
    bounce(pay(client, DAY, "50", {f: "50"}, by="cheque"), DAY + timedelta(days=7), fee="15")


def read(content: bytes) -> dict[str, list[dict[str, str]]]:
    """The rows of each file of an archive, by its name."""
    with ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        names = [name for name in archive.namelist() if name.endswith(".csv")]
        texts = {name.removesuffix(".csv"): archive.read(name) for name in names}
    assert all(text.startswith("\ufeff".encode()) for text in texts.values())
    return {
        name: list(csv.DictReader(StringIO(text.decode("utf-8-sig")), delimiter=";")) for name, text in texts.items()
    }


def made() -> dict[str, list[dict[str, str]]]:
    target = BytesIO()
    write_archive(target, data_files(today=DAY), today=DAY, told=lambda *_: None)
    return read(target.getvalue())


@pytest.mark.django_db
def test_the_archive_holds_everything_and_balances():
    fill()

    files = made()

    counts = {"clients": Client, "factures": Invoice, "avoirs": CreditNote, "reglements": Payment}
    counts |= {"ecritures": Entry, "lignes-d-ecritures": Line, "imputations": Allocation, "animaux": Animal}
    assert {name: len(files[name]) for name in counts} == {name: of.objects.count() for name, of in counts.items()}
    lines = files["lignes-d-ecritures"]
    debit, credit = (sum(parse_amount(row[side]) for row in lines) for side in ("Débit", "Crédit"))
    assert debit == credit == Line.objects.aggregate(sum=Sum("debit"))["sum"] > 0
    assert {row["Écriture"] for row in lines} == {row["Écriture"] for row in files["ecritures"]}


@pytest.mark.django_db
def test_amounts_days_and_words_are_french_and_no_cell_is_a_formula():
    fill()

    files = made()

    (bill,) = files["factures"]
    assert (bill["TTC"], bill["Date"], bill["Prix TTC"]) == ("1212,50", "02/03/2026", "oui")
    assert {row["Quantité"] for row in files["lignes-de-visites"]} == {"2"}
    assert {row["TVA %"] for row in files["lignes-de-factures"]} == {"20"}
    assert files["clients"][0]["Solde"] == "-1127,50"
    assert files["clients"][0]["Statut"] == "En attente de règlement"
    assert files["animaux"][0]["Nom"] == "'=Rex"


@pytest.mark.django_db
def test_the_catalogue_comes_with_its_tariffs_and_what_was_changed_of_it():
    care = Category.objects.create(name="Soins", position=2)
    an_item("Autre")
    item = an_item(
        "Consultation", a_tariff("42.50", rate="5.5"), a_tariff("36.00", "Éleveur"), category=care, code="CS"
    )
    tariff = item.tariffs.get(name="")
    tariff.price = Decimal("45.00")
    save_tariff(tariff, version=1, by=UserFactory(username="nadia"))

    files = made()

    assert files["categories"] == [{"Catégorie": "Soins", "Ordre": "2"}]
    assert [row["Article"] for row in files["articles"]] == ["Autre", "Consultation"]
    assert files["articles"][1] == {
        "Code article": "CS",
        "Article": "Consultation",
        "Type": "Acte",
        "Nature de l’opération": "Prestation de services",
        "Compte de produit": "706",
        "Catégorie": "Soins",
        "Archivé": "non",
    }
    assert [(row["Nom du tarif"], row["Prix"], row["Taux de TVA"]) for row in files["tarifs"]] == [
        ("", "45,00", "5,5"),
        ("Éleveur", "36,00", "20"),
    ]
    assert (files["tarifs"][0]["TTC ou HT"], files["tarifs"][0]["Valable du"]) == ("TTC", "01/01/2026")
    told = [row for row in files["historique-du-catalogue"] if row["Code article"] == "CS"]
    assert [(row["Version"], row["Objet"], row["Par"]) for row in told] == [
        ("1", "Article créé", ""),
        ("2", "Tarif modifié", "nadia"),
    ]
    assert "42,50\u00a0TTC" in told[1]["Modifications"]
    assert "45,00\u00a0TTC" in told[1]["Modifications"]


@pytest.mark.django_db
def test_progress_is_told_up_to_the_last_row():
    fill()
    told = []

    write_archive(BytesIO(), data_files(today=DAY), today=DAY, told=lambda done, total: told.append((done, total)))

    assert told[0][0] == 0
    assert told[-1] == (told[0][1], told[0][1])


def test_the_worker_makes_it_and_only_accountants_fetch_it(own_database, client):
    fill()
    desk = at_work(client, role=Role.ACCOUNTANT)
    desk.post(PAGE)
    waiting = squeezed(desk.get(PAGE).content.decode())
    assert "l’exécutant des tâches n’est pas en marche" in waiting
    assert 'hx-trigger="every' not in waiting
    assert "Préparer l’export" not in waiting

    work_off()

    export = Export.objects.get()
    html = desk.get(PAGE).content.decode()
    address = reverse("data_export_file", args=[export.name])
    assert f'href="{address}"' in html
    content = b"".join(desk.get(address).streaming_content)
    assert (len(content), hashlib.sha256(content).hexdigest()) == (export.size, export.sha256)
    assert export.sha256 in html
    assert len(read(content)["ecritures"]) == Entry.objects.count()
    assert (export.done, export.done > 0) == (export.total, True)
    assert len(export.name) == 32
    assert Event.objects.filter(kind=Event.Kind.EXPORT).count() == 2
    desk.force_login(UserFactory(role=Role.FRONT_DESK))
    assert desk.get(address).status_code == 403


@pytest.mark.django_db
def test_two_clicks_ask_for_one(client):
    desk = at_work(client, role=Role.ACCOUNTANT)

    desk.post(PAGE)
    second = desk.post(PAGE, follow=True)

    assert Export.objects.count() == 1
    assert ProcrastinateJob.objects.filter(task_name="statements.tasks.export_data").count() == 1
    assert "déjà en préparation" in second.content.decode()


@pytest.mark.django_db
def test_while_it_is_made_the_page_shows_how_far_it_has_come(client):
    execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    desk = at_work(client, role=Role.ACCOUNTANT)
    keeping.ask(SUBJECT, by=UserFactory(), at=now(), job=lambda key: keeping.begin(key, at=now()))
    keeping.note(Export.objects.get().pk, 400, 1000)

    part = squeezed(desk.get(PAGE, headers={"HX-Request": "true"}).content.decode())

    assert "<html" not in part
    assert 'hx-trigger="every 2s"' in part
    assert '<progress class="progress__bar" value="400" max="1000"' in part


def test_a_job_that_was_cut_off_begins_anew_and_what_it_left_is_replaced(own_database):
    fill()
    keeping.ask(SUBJECT, by=UserFactory(), at=now(), job=export_data.defer)
    export = Export.objects.get()
    keeping.begin(export.pk, at=now())
    keeping.note(export.pk, 3, 1000)
    default_storage.save(export.path, BytesIO(b"half"))

    work_off()

    with default_storage.open(Export.objects.get().path) as file:
        assert len(read(file.read())["clients"]) == 1


def test_what_fails_is_told_and_another_may_be_asked_for(own_database, client, monkeypatch):
    desk = at_work(client, role=Role.ACCOUNTANT)
    desk.post(PAGE)
    monkeypatch.setattr("statements.exporting.contents.Client.objects", None)  # whatever it is that fails
    work_off()

    html = desk.get(PAGE).content.decode()

    assert "A échoué" in html
    assert "Préparer l’export" in html


@pytest.mark.django_db
def test_old_exports_are_forgotten_by_themselves(client):
    old, kept = (Export(subject=SUBJECT, name=name * 32, asked_by=UserFactory(), asked_at=now()) for name in "ab")
    for export, days in ((old, 8), (kept, 6)):
        export.save()
        keeping.keep(export, BytesIO(b"content"), at=now() - timedelta(days=days))
    desk = at_work(client, role=Role.ACCOUNTANT)
    assert desk.get(f"{PAGE}{old.name}/").status_code == 404

    keeping.forget_old(now())

    assert list(Export.objects.all()) == [kept]
    assert not default_storage.exists(old.path)
    assert default_storage.exists(kept.path)
    default_storage.delete(kept.path)


def test_a_worker_that_stops_puts_it_back_in_the_queue(own_database, monkeypatch):
    fill()
    keeping.ask(SUBJECT, by=UserFactory(), at=now(), job=export_data.defer)
    monkeypatch.setattr(Worker, "_process_job", stopping(Worker._process_job))
    work_off()
    (job,) = ProcrastinateJob.objects.filter(task_name="statements.tasks.export_data")
    assert (job.status, Export.objects.get().ended_at) == ("todo", None)
    monkeypatch.undo()
    execute("UPDATE procrastinate_jobs SET scheduled_at = NULL")

    work_off()

    assert Export.objects.get().is_ready


def stopping(process):
    """What a worker does with a job once its time to stop is over."""

    async def cut_off(self, context):
        self._job_ids_to_abort[context.job.id] = AbortReason.SHUTDOWN
        await process(self, context)

    return cut_off
