"""Files of another program's invoices, as the French mapping has them."""

from datetime import date

import pytest

from clients.models import Client
from ledger.models import Entry, Operation
from office.grids import FileRefused
from office.models import Event
from payments.importing import import_open_items
from payments.mappings import MAPPINGS
from tests.factories import op

TODAY = date(2026, 3, 16)

HEADINGS = "code client;nom;facture;date;échéance;montant;réglée le"
ROW = "DUP01;Dupont;F-1;02/01/2025;01/02/2025;120,00;"


def take(*lines: str, mapping="open_items", encoding="utf-8", headings=HEADINGS, **options) -> Event:
    """Import a file of these lines."""
    content = "\n".join([headings, *lines, ""]).encode(encoding)
    return import_open_items(content, MAPPINGS[mapping], op=op(TODAY), **options)


def row(**cells: str) -> str:
    """The line ROW with other cells."""
    names = ["code", "name", "invoice", "day", "due", "amount", "settled"]
    return ";".join((dict(zip(names, ROW.split(";"), strict=True)) | cells).values())


def faults(*lines: str, **options) -> list[str]:
    """Why a file of these lines is refused; nothing is booked of it."""
    before = [model.objects.count() for model in (Entry, Client, Operation)]
    with pytest.raises(FileRefused) as refusal:
        take(*lines, **options)
    assert [model.objects.count() for model in (Entry, Client, Operation)] == before
    return [str(fault).replace("\u00a0", " ") for fault in refusal.value.faults]
