"""How files of invoices are read, and what is refused of them, line by line."""

from datetime import date

import pytest

from clients.models import Client
from ledger.models import Document
from office.grids import FileRefused
from payments.importing import import_open_items
from payments.mappings import MAPPINGS
from tests.builders import told
from tests.factories import op
from tests.payments.files import HEADINGS, ROW, TODAY, faults, row, take

SAMPLE_HEADINGS = (
    "countryCode,customerID,PaperlessDate,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed,SettledDate"
)

pytestmark = pytest.mark.usefixtures("sound_ledger")


# How they are written


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_names_come_whole_in_any_encoding(encoding):
    names = ["Éléonore Lefèvre", "Œuvre", "Böhmerwald", "L'Haÿ"]

    take(*(row(code=f"C{rank}", name=name, invoice=f"F-{rank}") for rank, name in enumerate(names)), encoding=encoding)

    assert list(Client.objects.order_by("code").values_list("name", flat=True)) == names


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_columns_are_set_off_by_what_sets_off_the_headings(delimiter):
    take(row(amount="120.00").replace(";", delimiter), headings=HEADINGS.replace(";", delimiter))

    assert told(Client.objects.get(), TODAY, unpaid="120")


def test_columns_may_stand_in_any_order_among_others_in_any_case():
    take(
        "x;120,00;F-1;Dupont;DUP01;;01/02/2025;02/01/2025",
        headings="Remarque;MONTANT;Facture;Nom;Code  client;Reglee le;Echeance;Date",
    )

    assert told(Client.objects.get(), TODAY, unpaid="120")


def test_quoted_cells_may_hold_delimiters_and_lines():
    take('"DUP01";"Dupont; et\nfils";F-1;02/01/2025;01/02/2025;"1 200,00";', row(code="B", name="B", invoice="F-2"))

    assert Client.objects.get(code="DUP01").name == "Dupont; et fils"
    assert faults(
        '"X";"Deux\nlignes";F-3;02/01/2025;01/02/2025;"1 200,00";', row(code="Y", invoice="F-4", day="x")
    ) == ["Ligne 4, « date » : « x » n’est pas une date JJ/MM/AAAA."]


def test_lines_without_anything_are_none():
    take("", ROW, ";;;;;;", "")

    assert Document.objects.count() == 1


@pytest.mark.parametrize(
    "amount", ["21 500,00", "21\u00a0500,00", "21\u202f500,00", "21.500,00", "21500.00", "21500", "21500,00 €"]
)
def test_amounts_are_read_in_every_way_that_is_clear(amount):
    take(row(amount=amount))

    assert told(Client.objects.get(), TODAY, unpaid="21500")


def test_days_come_first_in_the_french_mapping():
    take(row(day="09/01/2017", due="24/01/2017"))

    assert Document.objects.get().day == date(2017, 1, 9)
    assert told(Client.objects.get(), date(2017, 1, 24), overdue="0")
    assert told(Client.objects.get(), date(2017, 1, 25), overdue="120")


def test_the_sample_writes_months_first_points_and_no_names():
    take(
        "391,0379-NEVHP,4/6/2013,0000611365,1/2/2013,2/1/2013,55.9,No,1/15/2013",
        "391,0379-NEVHP,4/6/2013,0000611366,1/2/2013,2/1/2013,1234,Yes,",
        mapping="ar_sample",
        headings=SAMPLE_HEADINGS,
    )

    client = Client.objects.get()
    assert (client.code, client.name) == ("0379-NEVHP", "0379-NEVHP")
    assert told(client, TODAY, unpaid="1234", collected="55.90")
    assert Document.objects.filter(kind="payment").get().day == date(2013, 1, 15)


# What is refused, line by line


@pytest.mark.parametrize("amount", ["1.324,323.32", "12,3O", "", "1.234", "12,345", "0,00", "-5,00", "99999999999"])
def test_an_amount_that_is_not_clear_is_refused(amount):
    (fault,) = faults(ROW, row(invoice="F-2", amount=amount))

    assert fault.startswith("Ligne 3, « montant » : ")


@pytest.mark.parametrize("amount", ["1.234", "1,50", "1 200.00", "5.5.5", "1e3"])
def test_an_amount_that_the_sample_does_not_write_is_refused(amount):
    line = f'391,A,4/6/2013,1,1/2/2013,2/1/2013,"{amount}",No,1/15/2013'

    (fault,) = faults(line, mapping="ar_sample", headings=SAMPLE_HEADINGS)

    assert fault.startswith("Ligne 2, « InvoiceAmount » : ")


@pytest.mark.parametrize("day", ["31/02/2025", "2025-13-01", "", "1/1/25", "01.02.2025", "45000"])
def test_a_date_that_is_none_is_refused(day):
    (fault,) = faults(ROW, row(invoice="F-2", day=day))

    assert fault.startswith("Ligne 3, « date » : ")


def test_where_one_date_says_month_first_no_date_is_guessed():
    others = "d’autres dates du fichier sont en MM/JJ/AAAA."
    assert faults(row(day="02/03/2025", due="04/04/2025"), row(invoice="F-2", day="02/25/2025", due="03/31/2025")) == [
        f"Ligne 2, « date » : « 02/03/2025 » peut se lire de deux façons : {others}",
        "Ligne 3, « date » : « 02/25/2025 » n’est pas une date JJ/MM/AAAA.",
        "Ligne 3, « échéance » : « 03/31/2025 » n’est pas une date JJ/MM/AAAA.",
    ]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"code": ""}, "« code client » : Rien n’est indiqué."),
        ({"code": "A B"}, "« code client » : « A B » n’est pas un code : des lettres, des chiffres et + - _ . /."),
        ({"name": " "}, "« nom » : Rien n’est indiqué."),
        ({"name": "x" * 121}, f"« nom » : « {'x' * 39}… » a plus de 120 signes."),
        ({"invoice": "F|1"}, "« facture » : « F|1 » contient un signe interdit, « | »."),
        ({"invoice": "F\x001"}, "« facture » : Il y a des signes qui ne s’impriment pas."),
        ({"due": "01/01/2025"}, "« échéance » : Elle est avant la date de la facture, 02/01/2025."),
        ({"settled": "jamais"}, "« réglée le » : « jamais » n’est pas une date JJ/MM/AAAA."),
    ],
)
def test_a_cell_that_cannot_be_is_named_with_its_reason(cells, fault):
    assert faults(row(**cells)) == [f"Ligne 2, {fault}"]


def test_every_fault_of_every_line_is_told():
    found = faults(row(day="31/02/2025", amount="12,3O"), ROW, "DUP01;Dupont;F-3", row(invoice="F-1"))

    assert [fault.partition(" :")[0] for fault in found] == [
        "Ligne 2, « date »",
        "Ligne 2, « montant »",
        "Ligne 4",
        "Ligne 5",
    ]
    assert found[2:] == ["Ligne 4 : Il y a 3 colonnes au lieu de 7.", "Ligne 5 : La facture F-1 est déjà à la ligne 3."]


def test_a_client_under_two_names_is_refused():
    assert faults(ROW, row(invoice="F-2", name="Durand")) == [
        "Ligne 3 : Le client DUP01 porte un autre nom à la ligne 2."
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "Ligne 1 : Le fichier ne contient pas de facture."),
        (b"nom;date\nDupont;02/01/2025\n", "Ligne 1, « code client » : Cette colonne manque."),
        (HEADINGS.encode(), "Ligne 1 : Le fichier ne contient pas de facture."),
        (HEADINGS.encode() + b";date\n", "Ligne 1, « date » : Cette colonne est là deux fois."),
        (HEADINGS.encode() + b"\n\x81\xff", "Ligne 1 : Le fichier n’est écrit ni en UTF-8 ni en Windows-1252."),
        (f'{HEADINGS}\n{ROW}\n"A;'.encode(), "Ligne 3 : Des guillemets restent ouverts ou sont mal placés."),
    ],
)
def test_a_file_that_is_none_is_refused(content, fault):
    with pytest.raises(FileRefused) as refusal:
        import_open_items(content, MAPPINGS["open_items"], op=op(TODAY))

    assert str(refusal.value.faults[0]).replace("\u00a0", " ") == fault
