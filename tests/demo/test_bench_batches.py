from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from demo.bench.batches import Batch
from ledger.models import Operation
from office.models import KeptFile, Role
from tests.builders import a_client, invoice
from tests.factories import UserFactory


def test_a_batch_is_timed_by_one_process_and_by_two_and_nothing_is_kept(own_database, monkeypatch):
    monkeypatch.setattr("demo.management.commands.bench.STATEMENTS_A_SECOND", 1_000_000)
    UserFactory(role=Role.ADMINISTRATOR)
    client = a_client("C-1")
    for _ in range(15):
        invoice(client, date(2026, 3, 2), "30")
    out = StringIO()

    with pytest.raises(SystemExit):
        call_command("bench", "batches", count=2, stdout=out)

    head, one, two, last = out.getvalue().splitlines()
    assert head.split()[-5:] == ["tables/s", "rapport", "Mo", "hausse", "buts"]
    assert one.split()[:4] == ["2", "par", "1", "processus"]
    assert two.split()[:4] == ["2", "par", "2", "processus"]
    assert float(one.split()[4]) > 0
    assert one.split()[5] == "1.00"
    assert float(one.split()[6]) > 0
    assert float(one.split()[7]) > 0
    assert int(one.split()[8]) > 50
    assert "extraits/s ≥ 1000000 MANQUÉ" in two
    assert last.endswith("buts tenus sur 4.")
    assert (KeptFile.objects.count(), Operation.objects.exclude(kind="invoice").count()) == (0, 0)


@pytest.mark.django_db
def test_without_a_client_of_a_page_there_is_nothing_to_time():
    UserFactory(role=Role.ADMINISTRATOR)
    invoice(a_client("C-1"), date(2026, 3, 2), "30")

    with pytest.raises(CommandError, match="Aucun lot à mesurer"):
        call_command("bench", "batches", stdout=StringIO())


def test_memory_that_grows_is_told():
    flat = Batch(2, 8, 1.0, memory={1: [100, 110, 105, 110], 2: [90, 90, 90, 90]})
    growing = Batch(2, 8, 1.0, 10.0, {1: [100, 110, 105, 110], 2: [90, 100, 110, 120]})

    assert (flat.growth, flat.peak) == (1.0, 110)
    assert (growing.growth, growing.peak) == (1.2, 120)
    assert (growing.rate, growing.ratio) == (8, 1.25)
