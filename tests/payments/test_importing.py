"""Another program's invoices, from a file: booked whole, or not at all."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from clients.models import Client
from clients.services import set_opening_balance
from invoicing.models import Invoice
from ledger.models import Document, Entry, Operation, PeriodLock
from ledger.services import shut
from office.grids import AlreadyImported
from office.models import Event
from tests.builders import a_client, euros, told
from tests.factories import op
from tests.payments.files import HEADINGS, ROW, TODAY, faults, row, take

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
