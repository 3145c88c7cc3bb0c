"""Two desks import at the same time."""

from collections import Counter
from datetime import date

from ledger.models import Document
from office.grids import AlreadyImported
from office.models import Event
from payments.importing import import_open_items
from payments.mappings import MAPPINGS
from tests.factories import op
from tests.helpers import run_together

CONTENT = """code client;nom;facture;date;échéance;montant;réglée le
DUP01;Dupont;F-1;02/01/2025;01/02/2025;120,00;
MAR01;Martin;F-2;02/01/2025;01/02/2025;80,00;03/01/2025
""".encode()


def take():
    return import_open_items(CONTENT, MAPPINGS["open_items"], op=op(date(2026, 3, 16)))


def test_the_same_file_at_the_same_time_is_booked_once(own_database):
    outcomes = run_together(take, take, take)

    assert Counter(map(type, outcomes)) == {Event: 1, AlreadyImported: 2}
    assert Document.objects.count() == 3
