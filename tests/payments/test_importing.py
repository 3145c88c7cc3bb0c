"""Another program's invoices, from a file: checked whole, booked whole, or not at all."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from clients.models import Client
from clients.services import set_opening_balance
from invoicing.models import Invoice
from ledger.models import Document, Entry, Operation, PeriodLock
from ledger.services import shut
from office.models import Event
from payments.importing import AlreadyImported, import_open_items
from payments.invoice_file import FileRefused
from payments.mappings import MAPPINGS
from tests.builders import a_client, euros, told
from tests.factories import op

TODAY = date(2026, 3, 16)

HEADINGS = "code client;nom;facture;date;échéance;montant;réglée le"
ROW = "DUP01;Dupont;F-1;02/01/2025;01/02/2025;120,00;"
SAMPLE_HEADINGS = (
    "countryCode,customerID,PaperlessDate,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed,SettledDate"
)


def take(*lines, mapping="open_items", encoding="utf-8", today=TODAY, headings=HEADINGS, **options):
    content = "\n".join([headings, *lines, ""]).encode(encoding)
    return import_open_items(content, MAPPINGS[mapping], op=op(today), **options)


def row(**cells):
    """The line ROW with other cells."""
    names = ["code", "name", "invoice", "day", "due", "amount", "settled"]
    return ";".join((dict(zip(names, ROW.split(";"), strict=True)) | cells).values())


def faults(*lines, **options):
    """Why a file is refused, line by line; and nothing is booked of it."""
    before = Entry.objects.count(), Client.objects.count(), Operation.objects.count()
    with pytest.raises(FileRefused) as refusal:
        take(*lines, **options)
    assert (Entry.objects.count(), Client.objects.count(), Operation.objects.count()) == before
    return [str(fault).replace("\u00a0", " ") for fault in refusal.value.faults]


pytestmark = pytest.mark.usefixtures("sound_ledger")


# What is booked


def test_a_file_makes_clients_invoices_and_what_was_paid():
    event = take(
        "DUP01;Dupont;F-1;02/01/2025;01/02/2025;120,00;",
        "DUP01;Dupont;F-2;05/01/2025;04/02/2025;80,50;20/01/2025",
        "MAR01;Martin;F-3;05/01/2025;05/01/2025;1 000,00;",
    )

    dupont, martin = Client.objects.order_by("code")
    assert (dupont.code, dupont.name, martin.name) == ("DUP01", "Dupont", "Martin")
    assert told(dupont, TODAY, unpaid="120", overdue="120", invoiced="200.50", collected="80.50", credit="0")
    assert told(dupont, TODAY, on=date(2025, 1, 19), unpaid="200.50", overdue="0")
    assert told(dupont, TODAY, on=date(2025, 1, 20), unpaid="120", collected="80.50")
    assert told(martin, TODAY, unpaid="1000")
    assert {name: event.detail[name] for name in ("clients", "invoices", "payments")} == {
        "clients": 2,
        "invoices": 3,
        "payments": 1,
    }


def test_what_is_taken_over_keeps_its_number_and_posts_no_revenue_again():
    take(row(settled="20/01/2025"))

    documents = Document.objects.order_by("pk").values_list("kind", "reference", "series", "day")
    assert list(documents) == [
        ("invoice", "F-1", None, date(2025, 1, 2)),
        ("payment", "F-1", None, date(2025, 1, 20)),
    ]
    assert set(Entry.objects.values_list("journal", flat=True)) == {"AN"}
    assert set(Entry.objects.values_list("lines__account", flat=True)) == {"411", "890"}
    assert Invoice.objects.get().vat == euros("0")


def test_a_file_is_one_operation_and_a_line_of_the_event_log():
    event = take(ROW, row(invoice="F-2"))

    operation = Operation.objects.get()
    assert (operation.kind, operation.result) == (Operation.Kind.IMPORT, event)
    assert event.detail["sha256"] == operation.digest
    assert set(Entry.objects.values_list("operation", flat=True)) == {operation.pk}
    assert Event.objects.get(kind=Event.Kind.IMPORT) == event


def test_a_payment_before_its_invoice_was_credit_meanwhile():
    take(row(day="01/02/2025", due="01/03/2025", settled="10/01/2025"))

    client = Client.objects.get()
    assert told(client, TODAY, on=date(2025, 1, 15), credit="120", unpaid="0")
    assert told(client, TODAY, on=date(2025, 2, 1), credit="0", unpaid="0")


def test_a_client_that_is_there_is_not_opened_again():
    dupont = a_client("DUP01", name="DUPONT")

    take(ROW)

    assert Client.objects.get() == dupont
    assert told(dupont, TODAY, unpaid="120")


def test_the_progress_is_given_every_row_by_day():
    shown = []

    def progress(rows):
        for one in rows:
            shown.append((one.line, one.invoice))
            yield one

    take(row(invoice="F-2", day="03/01/2025"), ROW, progress=progress)

    assert shown == [(3, "F-1"), (2, "F-2")]


def test_an_import_that_breaks_off_leaves_nothing_and_can_be_done_again():
    def progress(rows):
        yield rows[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take(ROW, row(invoice="F-2"), progress=progress)
    assert [model.objects.count() for model in (Client, Document, Operation)] == [0, 0, 0]

    take(ROW, row(invoice="F-2"))
    assert Document.objects.count() == 2


# How files are written


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


# Against the books


def test_the_same_file_is_imported_once():
    take(ROW)

    with pytest.raises(AlreadyImported, match="a déjà été importé"):
        take(ROW)

    assert (Document.objects.count(), Operation.objects.count()) == (1, 1)


def test_another_file_with_an_invoice_of_the_first_is_refused():
    take(ROW)

    assert faults(row(invoice="F-0"), ROW) == [
        "Ligne 3 : La facture F-1 est déjà dans les comptes, ou son numéro a la forme des nôtres."
    ]


def test_numbers_of_the_form_of_ours_are_refused():
    assert faults(row(invoice="FAC-2025-00001"), row(invoice="REG-000001", settled="03/01/2025")) == [
        "Ligne 2 : La facture FAC-2025-00001 est déjà dans les comptes, ou son numéro a la forme des nôtres.",
        "Ligne 3 : Un règlement porte déjà la référence REG-000001, ou elle a la forme des nôtres.",
    ]


@pytest.mark.parametrize(
    ("details", "fault"),
    [
        ({"name": "Durand"}, "Le code DUP01 est déjà celui de Durand."),
        ({"name": "Dupont", "walk_in": True}, "Le client DUP01 est un client passager."),
        ({"name": "Dupont", "currency": "CHF"}, "Le compte du client DUP01 est tenu en CHF."),
    ],
)
def test_a_code_of_another_client_is_refused(details, fault):
    a_client("DUP01", **details)

    assert faults(ROW) == [f"Ligne 2 : {fault}"]


def test_an_archived_client_is_refused():
    a_client("DUP01", name="Dupont")
    Client.objects.update(is_archived=True)

    assert faults(ROW) == ["Ligne 2 : Le client DUP01 est archivé."]


def test_days_that_are_closed_or_to_come_are_refused():
    shut(PeriodLock.Scope.BOOKS, date(2025, 1, 2))
    shut(PeriodLock.Scope.TILL, date(2025, 1, 31))

    assert faults(
        ROW,
        row(invoice="F-2", day="03/01/2025", settled="31/01/2025"),
        row(invoice="F-3", day="03/01/2025", settled="01/02/2025"),
        row(invoice="F-4", day="17/03/2026", due="17/03/2026"),
    ) == [
        "Ligne 2 : La comptabilité est verrouillée jusqu’au 02/01/2025.",
        "Ligne 3 : La caisse est clôturée jusqu’au 31/01/2025.",
        "Ligne 5 : La date ne peut pas être après le 16/03/2026.",
    ]


def test_invoices_that_an_opening_balance_counts_already_are_refused_unless_asked_for():
    dupont = a_client("DUP01", name="Dupont")
    set_opening_balance(
        client=dupont,
        amount=euros("7500"),
        on=date(2025, 12, 31),
        due=date(2025, 12, 31),
        op=op(TODAY, Operation.Kind.OPENING),
    )
    lines = [ROW, row(invoice="F-2", day="01/01/2026", due="01/01/2026")]

    assert faults(*lines) == [
        "Ligne 2 : Le solde à nouveau de ce client, du 31/12/2025, compte peut-être déjà cette facture."
    ]
    take(*lines, over_openings=True)
    assert told(dupont, TODAY, unpaid="7740")


# The command


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "factures.csv"
    path.write_text(f"{HEADINGS}\n{ROW}\n{row(invoice='F-2', settled='03/01/2025')}\n", encoding="cp1252")
    return path


def test_the_command_tells_what_it_took_over(file, capsys):
    call_command("import_open_items", file)

    told_ = capsys.readouterr()
    assert told_.out.replace("\u00a0", " ") == "Importé : 2 factures, 1 règlement, 1 nouveau client.\n"
    assert told_.err == ""  # no bar but on a terminal


def test_the_command_names_every_faulty_line_and_fails(file):
    file.write_text(f"{HEADINGS}\n{row(day='x')}\n{row(amount='y')}\n")

    with pytest.raises(CommandError) as refusal:
        call_command("import_open_items", file)

    assert refusal.value.returncode == 1
    assert str(refusal.value).replace("\u00a0", " ").splitlines() == [
        "Rien n’a été importé : 2 lignes sont refusées.",
        "Ligne 2, « date » : « x » n’est pas une date JJ/MM/AAAA.",
        "Ligne 3, « montant » : « y » n’est pas un montant : écrivez-le comme 1\u202f234,56.",
    ]


def test_the_command_refuses_the_same_file_and_one_that_is_not_there(file):
    call_command("import_open_items", file)

    with pytest.raises(CommandError, match="a déjà été importé"):
        call_command("import_open_items", file)
    with pytest.raises(CommandError, match="ne se lit pas"):
        call_command("import_open_items", Path("nulle-part.csv"))
    with pytest.raises(CommandError, match="choice"):
        call_command("import_open_items", file, "--mapping", "autre")
