"""A crowd of any size is made by bulk inserts, and its books are as true as if the services had made them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F, Q, Sum

from clients.models import Client
from clients.searching import animal_text, search_text
from clients.terms import Terms
from demo.clinic import SPAN
from demo.loading import load
from demo.scale import loading
from demo.scale.loading import OtherScale, Size, WorkedOn, scale_up
from demo.scale.people import LARGEST
from invoicing.models import Instalment, Invoice, VisitLine
from ledger.balance import STATUSES, balance_of
from ledger.models import Allocation, Document, Entry, Line, OpenItem, Operation, PeriodLock, Series
from ledger.verify import faults
from office.folding import sort_key
from payments.models import Payment
from tests.builders import invoice
from tests.helpers import run_together

TODAY = date(2026, 3, 18)
SMALL = Size(40, 600, step=200)
CROWD = Q(site__code__in=["EST", "OUEST"])


@pytest.fixture
def crowd(sound_ledger):
    """A small crowd beside the worked examples; the ledger is sound after it, and after the test."""
    load(TODAY)
    before = Entry.objects.count()
    assert scale_up(TODAY, SMALL) == 600
    assert Entry.objects.count() == before + 600
    return Client.objects.filter(CROWD).order_by("pk")


def test_there_are_as_many_clients_as_told_each_found_as_if_opened_at_the_desk(crowd):
    assert crowd.count() == 40
    assert crowd.values("sort_key").distinct().count() > 35
    for client in crowd.prefetch_related("contacts", "animals"):
        assert client.sort_key == sort_key(f"{client.name} {client.given_name}")
        assert client.search == search_text(client, client.contacts.order_by("pk"), client.animals.order_by("pk"))
        assert client.animals.count()
        assert all(animal.search == animal_text(animal) for animal in client.animals.all())
        client.full_clean()


def test_there_are_invoices_credit_notes_and_payments_of_every_state_over_18_months_at_two_sites(crowd):
    documents = Document.objects.filter(CROWD)
    days = set(documents.values_list("day", flat=True))
    assert min(days) < TODAY - SPAN + timedelta(days=20)
    assert TODAY - timedelta(days=10) < max(days) <= TODAY
    assert not [day for day in days if day.weekday() == 6]
    kinds = dict(documents.values_list("kind", "site__code").annotate(count=Count("pk")).values_list("kind", "count"))
    assert set(kinds) == {"invoice", "credit_note", "payment"}
    assert {balance_of(client.account, today=TODAY).status for client in crowd} == set(STATUSES)
    ranks = Instalment.objects.filter(invoice__site__in=crowd.values("site")).values_list("rank", flat=True)
    assert set(ranks) == {1, 2, 3}
    items = OpenItem.objects.filter(account__client__in=crowd)
    assert items.filter(is_debit=True, open__gt=0, open__lt=F("amount")).exists()
    assert items.filter(kind="payment", open__gt=0).exists()
    assert Payment.objects.filter(client__in=crowd, amount=0, entry=None).exists()
    assert VisitLine.objects.filter(visit__client__in=crowd, invoice_line=None).exists()
    assert VisitLine.objects.filter(visit__client__in=crowd).exclude(invoice_line=None).exists()


def test_the_figures_of_a_client_are_those_counted_from_its_lines_and_allocations(crowd):
    for client in crowd[:10]:
        lines = Line.objects.filter(client_account=client.account)
        debit, credit = (lines.aggregate(sum=Sum(side))["sum"] or Decimal(0) for side in ("debit", "credit"))
        allocated = Allocation.objects.filter(account=client.account).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)

        told = balance_of(client.account, today=TODAY)

        assert told.unpaid_invoices.amount == debit - allocated
        assert told.credit.amount == credit - allocated
        assert told.balance.amount == credit - debit
        assert told.invoiced.amount == debit


def test_an_invoice_is_whole(crowd):
    for made in Invoice.objects.filter(client__in=crowd).select_related("document", "client")[:50]:
        instalments = list(made.instalments.order_by("rank"))
        assert made.ttc.amount == sum(part.amount.amount for part in instalments)
        assert made.document.reference.startswith(f"FAC-{made.client.site.code}-")
        assert made.buyer["name"] == made.client.full_name
        assert made.seller["name"] == "Clinique vétérinaire du Parc"
        assert made.terms in Terms.values
        assert made.operation.result == made
        assert made.day == made.operation.day == made.document.day


def test_the_largest_clients_have_their_shares_of_the_documents(crowd):
    counts = [Document.objects.filter(account__client=crowd.get(name=name)).count() for name in LARGEST]

    assert 6 <= counts[0] <= 30
    assert 20 <= counts[1] <= 60


@pytest.mark.django_db
def test_the_same_seed_makes_the_same_crowd_and_another_one_another():
    told = []
    for seed in (1, 1, 2):
        point = transaction.savepoint()
        load(TODAY)
        scale_up(TODAY, Size(20, 100, step=50), seed=seed)
        rows = Document.objects.filter(CROWD).order_by("pk").values_list("kind", "day", "account__client__name")
        told.append([*rows, *Client.objects.filter(CROWD).order_by("pk").values_list("name", "phone", "email")])
        transaction.savepoint_rollback(point)

    assert told[0] == told[1] != told[2]


@pytest.mark.django_db
def test_once_loaded_it_is_not_loaded_again_nor_at_another_scale():
    load(TODAY)
    scale_up(TODAY, SMALL)
    before = Operation.objects.count()

    assert scale_up(TODAY + timedelta(days=40), SMALL) == 0
    with pytest.raises(OtherScale, match="40 clients, 600 écritures"):
        scale_up(TODAY, Size(50, 600, step=200))

    assert Operation.objects.count() == before


def interrupted(monkeypatch, after: int) -> None:
    """Load the demo and a crowd, but stop after so many steps."""
    load(TODAY)
    write, done = loading._write, []

    def stop(*arguments):
        if len(done) == after:
            raise KeyboardInterrupt
        done.append(write(*arguments))

    with monkeypatch.context() as patch:
        patch.setattr(loading, "_write", stop)
        with pytest.raises(KeyboardInterrupt):
            scale_up(TODAY, SMALL)


def test_an_interrupted_load_leaves_true_books_and_goes_on_where_it_stopped(own_database, monkeypatch):
    interrupted(monkeypatch, after=1)
    assert not list(faults())
    entries = Entry.objects.count()

    assert scale_up(TODAY + timedelta(days=1), SMALL) == 400

    assert Entry.objects.count() == entries + 400
    assert not Document.objects.filter(day__gt=TODAY).exists()
    assert not list(faults())
    assert scale_up(TODAY, SMALL) == 0


def test_it_does_not_go_on_where_somebody_invoiced_meanwhile(own_database, monkeypatch):
    interrupted(monkeypatch, after=1)
    client = Client.objects.filter(CROWD).first()
    invoice(client, TODAY, "10.00", site=client.site)

    with pytest.raises(WorkedOn):
        scale_up(TODAY, SMALL)

    assert not list(faults())


def test_two_at_once_load_it_once(own_database):
    load(TODAY)

    outcomes = run_together(_outcome, _outcome)

    assert sorted(outcomes) in ([-1, 600], [0, 600])
    assert Client.objects.filter(CROWD).count() == 40


def _outcome() -> int:
    try:
        return scale_up(TODAY, SMALL)
    except loading.AlreadyLoading:
        return -1


@pytest.mark.django_db
def test_tills_are_closed_until_yesterday_and_the_series_are_the_sites_own():
    load(TODAY)
    scale_up(TODAY, SMALL)

    assert set(PeriodLock.objects.filter(CROWD).values_list("through", flat=True)) == {TODAY - timedelta(days=1)}
    assert set(Series.objects.filter(CROWD).values_list("prefix", flat=True)) == {
        *("FAC-EST", "FAC-OUEST"),
        *("AV-EST", "AV-OUEST"),
    }


@pytest.mark.django_db
def test_the_command_tells_what_it_did_and_refuses_nonsense(capsys, monkeypatch):
    monkeypatch.setattr(loading, "CLIENTS", 20)
    monkeypatch.setattr(loading, "ENTRIES", 100)

    call_command("demo", scale=2)
    call_command("demo", "--scale", "2")
    with pytest.raises(CommandError, match="une autre échelle"):
        call_command("demo", scale=1)
    for nonsense in ("0", "-1", "dix", "1.5"):
        with pytest.raises(CommandError, match="nombre entier"):
            call_command("demo", "--scale", nonsense)

    assert capsys.readouterr().out.splitlines() == [
        "Données de démonstration chargées.",
        "Échelle 2\u00a0: 40 clients, 200 écritures ajoutées.",
        "Données de démonstration déjà chargées.",
        "Échelle 2\u00a0: données déjà chargées.",
        "Données de démonstration déjà chargées.",
    ]
