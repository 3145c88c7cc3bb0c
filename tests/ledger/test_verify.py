"""verify_ledger: says nothing of true books, and finds and names whatever is changed behind the rules' back."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction

from config.postgres.server import SUPERUSER
from ledger import verify
from ledger.services import reserve
from ledger.verify import Fault
from office.models import Event
from tests.factories import (
    account,
    allocate,
    credit_note_entry,
    detach,
    invoice_entry,
    op_under_way,
    party,
    payment_entry,
    reverse,
)
from tests.helpers import execute, run_together, settle, without_rules

JAN5 = date(2026, 1, 5)
JAN10 = date(2026, 1, 10)
JAN20 = date(2026, 1, 20)
FEB10 = date(2026, 2, 10)
N = "\u00a0"


class Books:
    """Two invoices and a credit note of ours, a payment, allocations, one of them detached, and a reservation."""

    def __init__(self) -> None:
        self.client = account()
        self.invoice = invoice_entry(self.client, "100.00", JAN5, FEB10, ours=True)
        self.second = invoice_entry(self.client, "50.00", JAN10, ours=True)
        self.note = credit_note_entry(self.client, "30.00", JAN10, ours=True)
        self.payment = payment_entry(self.client, "80.00", JAN10)
        self.allocation = allocate(self.invoice, self.payment, "60.00", JAN10)
        self.detached = allocate(self.second, self.payment, "20.00", JAN10)
        detach(self.detached, JAN20)
        self.reservation = reserve(self.note, 10, op=op_under_way(JAN20))


@pytest.fixture
def superuser(django_db_setup, django_db_blocker):
    """Django's connection is a superuser's for this test, and rolled back after it."""
    settings = connections.settings["default"]
    user = settings["USER"]
    with django_db_blocker.unblock():
        connections.close_all()
        settings["USER"] = SUPERUSER
        try:
            with transaction.atomic():
                yield
                transaction.set_rollback(True)
        finally:
            connections.close_all()
            settings["USER"] = user


@pytest.fixture
def books(superuser):
    books = Books()
    settle()
    return books


@pytest.fixture
def damage(books):
    """Run SQL that no rule stops; answers what verify_ledger then finds."""

    def run(statement: str, *parameters: object) -> list[str]:
        execute("SET LOCAL session_replication_role = replica")
        execute(statement, *parameters)
        execute("SET LOCAL session_replication_role = origin")
        return [str(fault) for fault in verify.faults()]

    return run


# True books


def test_true_books_have_no_fault(books):
    assert list(verify.faults()) == []


def test_empty_books_have_no_fault(db):
    assert list(verify.faults()) == []


def test_books_of_a_transaction_under_way_are_verified_too(db):
    dupont = party()
    invoice = invoice_entry(dupont.account, "30.00", JAN5, party=dupont)
    reverse(invoice, JAN10)
    settle()

    assert list(verify.faults()) == []


# The command


def test_the_command_says_how_much_was_verified_and_logs_it(own_database):
    Books()
    out = StringIO()

    call_command("verify_ledger", stdout=out)

    assert out.getvalue() == f"Grand livre vérifié{N}: 4 écritures, aucune anomalie.\n"
    event = Event.objects.get()
    assert event.kind == Event.Kind.VERIFICATION
    assert event.detail == {"entries": 4, "faults": 0, "first": ""}


def test_the_command_names_the_first_fault_and_fails(own_database):
    client = Books().client
    with without_rules(own_database) as connection:
        connection.execute("UPDATE ledger_clientaccount SET debit = debit + 1, open_debit = open_debit + 1")

    with pytest.raises(CommandError) as failure:
        call_command("verify_ledger")

    first = f"compte client {client.pk}{N}: débit{N}: 151,00 au lieu de 150,00"
    second = f"compte client {client.pk}{N}: débit ouvert{N}: 91,00 au lieu de 90,00"
    assert str(failure.value) == f"Anomalies du grand livre{N}:\n{first}\n{second}"
    assert failure.value.returncode == 1
    assert Event.objects.get().detail == {"entries": 4, "faults": 2, "first": first}


def test_the_command_shows_twenty_faults_at_most(own_database):
    for _ in range(21):
        invoice_entry(account(), "10.00", JAN5)
    with without_rules(own_database) as connection:
        connection.execute("UPDATE ledger_clientaccount SET invoiced = 0")

    with pytest.raises(CommandError) as failure:
        call_command("verify_ledger")

    lines = str(failure.value).splitlines()
    assert len(lines) == 22
    assert lines[-1] == "… et d’autres."


def test_the_command_reads_one_moment_whoever_posts_meanwhile(own_database):
    client = account()

    with verify.snapshot():
        assert verify.size() == 0
        run_together(lambda: invoice_entry(client, "10.00", JAN5))
        assert (verify.size(), list(verify.faults())) == (0, [])

    assert verify.size() == 1


# Chains


def test_a_changed_line_breaks_the_seal_of_its_entry(books, damage):
    found = damage("UPDATE ledger_line SET account_id = '707' WHERE account_id = '706' AND credit = 100")

    assert [text.split(N)[0] for text in found] == ["journal VE, rang 1"]
    assert f"l’écriture {books.invoice.line.entry_id} a le scellement" in found[0]


@pytest.mark.parametrize(
    "change",
    [
        "day = day + 1",
        "currency = 'CHF'",
        "posted_at = posted_at - interval '1 microsecond'",
        "operation_id = operation_id + 1",
        "reverses_id = id",
        "document_id = document_id + 1",
        "journal_id = 'OD'",
        "site_id = 1",
    ],
)
def test_a_changed_entry_breaks_its_seal(books, damage, change):
    entry = books.second.line.entry_id

    found = damage(f"UPDATE ledger_entry SET {change} WHERE id = %s", entry)

    assert found[0].startswith(f"journal VE, rang 2{N}: l’écriture {entry} a le scellement ")


@pytest.mark.parametrize("change", ["reference = 'FAC-2026-00009'", "kind = 'credit_note'"])
def test_a_changed_document_breaks_the_seals_of_its_entries(books, damage, change):
    found = damage(f"UPDATE ledger_document SET {change} WHERE id = %s", books.second.document_id)

    assert found[0].startswith(f"journal VE, rang 2{N}: ")


def test_a_removed_line_breaks_the_seal_of_its_entry(books, damage):
    found = damage("DELETE FROM ledger_line WHERE entry_id = %s", books.second.line.entry_id)

    assert found[0].startswith(f"journal VE, rang 2{N}: l’écriture {books.second.line.entry_id} a le scellement ")
    assert f"écriture {books.second.line.entry_id}{N}: lignes{N}: absent au lieu de présentes" in found
    assert f"poste {books.second.pk}{N}: montant{N}: 50,00 au lieu de absent" in found


def test_an_added_line_breaks_the_seal_of_its_entry(books, damage):
    entry = books.payment.line.entry_id

    found = damage(
        "INSERT INTO ledger_line (entry_id, day, account_id, kind, debit, credit)"
        " SELECT entry_id, day, '658', '', 5, 0 FROM ledger_line WHERE entry_id = %s AND account_id = '512'",
        entry,
    )

    assert found[0].startswith(f"journal BQ, rang 1{N}: l’écriture {entry} a le scellement ")
    assert found[1:] == [f"écriture {entry}{N}: débit{N}: 85,00 au lieu de 80,00"]


def test_a_removed_entry_is_missed(books, damage):
    entry = books.second.line.entry_id

    found = damage("DELETE FROM ledger_entry WHERE id = %s", entry)

    assert found[0] == f"journal VE, rang 2{N}: l’écriture {entry} a disparu"
    assert f"écriture {entry}{N}: écriture{N}: absent au lieu de présente" in found


def test_a_removed_seal_is_missed(books, damage):
    found = damage("DELETE FROM ledger_seal WHERE journal_id = 'VE' AND rank = 2")

    assert found == [
        f"journal VE, rang 2{N}: le scellement manque, le suivant a le rang 3",
        f"écriture {books.second.line.entry_id}{N}: scellement{N}: absent au lieu de présent",
    ]


def test_the_emptied_hash_of_the_newest_entry_is_found(books, damage):
    found = damage("UPDATE ledger_seal SET hash = '' WHERE journal_id = 'VE' AND rank = 3")

    entry = books.note.line.entry_id
    assert found[0].startswith(f"journal VE, rang 3{N}: l’écriture {entry} a le scellement vide au lieu de ")
    assert found[1].startswith(f"journal VE{N}: la tête de chaîne est au rang 3 (")
    assert found[1].endswith("au lieu de 3 (vide)")


@pytest.mark.parametrize("unreadable", ["illisible", "é\x01", "0" * 64])
def test_an_unreadable_hash_is_found(books, damage, unreadable):
    found = damage("UPDATE ledger_seal SET hash = %s WHERE journal_id = 'BQ'", unreadable)

    assert found[0].startswith(f"journal BQ, rang 1{N}: ")


def test_a_changed_hash_in_the_middle_breaks_the_link_to_it(books, damage):
    found = damage("UPDATE ledger_seal SET hash = repeat('0', 64) WHERE journal_id = 'VE' AND rank = 2")

    assert [text.split(N)[0] for text in found] == ["journal VE, rang 2", "journal VE, rang 3"]
    assert "le scellement précédent est" in found[1]


def test_a_newest_entry_removed_with_its_seal_is_missed_by_the_head(books, damage):
    damage("DELETE FROM ledger_seal WHERE journal_id = 'BQ'")

    found = damage("DELETE FROM ledger_entry WHERE journal_id = 'BQ'")

    assert found[0].startswith(f"journal BQ{N}: la tête de chaîne est au rang 1 (")
    assert found[0].endswith("au lieu de 0 (vide)")


def test_a_head_set_back_is_found(books, damage):
    found = damage("UPDATE ledger_journal SET head_rank = 0, head_hash = '' WHERE code = 'BQ'")

    assert len(found) == 1
    assert found[0].startswith(f"journal BQ{N}: la tête de chaîne est au rang 0 (vide) au lieu de 1 (")


def test_a_removed_journal_is_missed(books, damage):
    found = damage("DELETE FROM ledger_journal WHERE code = 'BQ'")

    assert found == [f"journal BQ{N}: le journal a disparu"]


# Entries, lines, items


def test_a_line_off_is_found_even_if_resealed(books, damage):
    line = books.payment.line

    found = damage("UPDATE ledger_line SET credit = 90 WHERE id = %s", line.pk)

    assert f"écriture {line.entry_id}{N}: débit{N}: 80,00 au lieu de 90,00" in found
    assert f"poste {line.pk}{N}: montant{N}: 80,00 au lieu de 90,00" in found
    assert f"poste {line.pk}{N}: reste{N}: 20,00 au lieu de 30,00" in found
    assert f"compte client {books.client.pk}{N}: encaissé{N}: 80,00 au lieu de 90,00" in found


def test_a_line_of_another_day_than_its_entry_is_found(books, damage):
    line = books.payment.line

    found = damage("UPDATE ledger_line SET day = day + 1 WHERE id = %s", line.pk)

    assert f"ligne {line.pk}{N}: date{N}: 11/01/2026 au lieu de 10/01/2026" in found


def test_a_line_of_another_client_than_its_document_is_found(books, damage):
    line, other = books.payment.line, account()

    found = damage("UPDATE ledger_line SET client_account_id = %s WHERE id = %s", other.pk, line.pk)

    assert f"ligne {line.pk}{N}: compte client{N}: {other.pk} au lieu de {books.client.pk}" in found
    assert f"compte client {other.pk}{N}: crédit{N}: 0,00 au lieu de 80,00" in found


def test_an_account_of_another_currency_is_found(books, damage):
    found = damage("UPDATE ledger_clientaccount SET currency = 'CHF'")

    assert f"ligne {books.payment.pk}{N}: devise{N}: CHF au lieu de EUR" in found


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("open = 0", f"reste{N}: 0,00 au lieu de 20,00"),
        ("reserved = 5", f"réservé{N}: 5,00 au lieu de 0,00"),
        ("allocable_from = day", f"imputable depuis{N}: 10/01/2026 au lieu de 20/01/2026"),
        ("due = due + 1", f"échéance{N}: 11/01/2026 au lieu de 10/01/2026"),
        ("is_debit = TRUE", f"débit{N}: oui au lieu de non"),
        ("kind = 'refund'", f"nature{N}: refund au lieu de payment"),
    ],
)
def test_a_changed_item_is_found(books, damage, change, message):
    found = damage(f"UPDATE ledger_openitem SET {change} WHERE line_id = %s", books.payment.pk)

    assert f"poste {books.payment.pk}{N}: {message}" in found


def test_a_removed_item_is_missed(books, damage):
    found = damage("DELETE FROM ledger_openitem WHERE line_id = %s", books.note.pk)

    assert f"poste {books.note.pk}{N}: montant{N}: absent au lieu de 30,00" in found


def test_a_removed_reservation_is_missed(books, damage):
    found = damage("DELETE FROM ledger_reservation")

    assert found == [f"poste {books.note.pk}{N}: réservé{N}: 10,00 au lieu de 0,00"]


# Allocations


def test_a_changed_amount_of_an_allocation_is_found(books, damage):
    found = damage("UPDATE ledger_allocation SET amount = 70 WHERE id = %s", books.allocation.pk)

    assert f"poste {books.invoice.pk}{N}: reste{N}: 40,00 au lieu de 30,00" in found
    assert f"poste {books.payment.pk}{N}: reste{N}: 20,00 au lieu de 10,00" in found


def test_a_removed_allocation_is_missed(books, damage):
    found = damage("DELETE FROM ledger_allocation WHERE id = %s", books.allocation.pk)

    assert f"poste {books.invoice.pk}{N}: reste{N}: 40,00 au lieu de 100,00" in found


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("day = day - 1", f"date{N}: 09/01/2026 au lieu de 10/01/2026"),
        ("debit_due = debit_due + 1", f"échéance du débit{N}: 11/02/2026 au lieu de 10/02/2026"),
        ("credit_day = credit_day - 1", f"date du crédit{N}: 09/01/2026 au lieu de 10/01/2026"),
        ("debit_id = 0", f"le débit en est un{N}: absent au lieu de oui"),
        ("debit_id = credit_id", f"le débit en est un{N}: non au lieu de oui"),
    ],
)
def test_a_changed_allocation_is_found(books, damage, change, message):
    found = damage(f"UPDATE ledger_allocation SET {change} WHERE id = %s", books.allocation.pk)

    assert f"imputation {books.allocation.pk}{N}: {message}" in found


def test_an_allocation_of_another_account_is_found(books, damage):
    other = account()

    found = damage("UPDATE ledger_allocation SET account_id = %s WHERE id = %s", other.pk, books.allocation.pk)

    assert (
        f"imputation {books.allocation.pk}{N}: compte client du débit{N}: {books.client.pk} au lieu de {other.pk}"
        in found
    )


def test_an_item_settled_beyond_its_amount_on_a_past_day_is_found(books, damage):
    allocate(books.second, books.payment, "20.00", JAN20)

    found = damage("UPDATE ledger_allocation SET day = %s WHERE day = %s", JAN10, JAN20)

    assert found == [f"poste {books.payment.pk} au 10/01/2026{N}: imputé{N}: 100,00 au lieu de 80,00"]


def test_a_detach_moved_to_a_later_day_is_found(books, damage):
    allocate(books.second, books.payment, "20.00", JAN20)

    found = damage("UPDATE ledger_allocation SET detached_on = detached_on + 1 WHERE detached_on IS NOT NULL")

    assert f"poste {books.payment.pk} au 20/01/2026{N}: imputé{N}: 100,00 au lieu de 80,00" in found


# Numbers


def test_a_gap_in_the_numbers_is_found(books, damage):
    found = damage(
        "UPDATE ledger_document SET number = 3, reference = 'FAC-2026-00003' WHERE id = %s", books.second.document_id
    )

    assert f"facture FAC-2026-00003{N}: numéro{N}: 3 au lieu de 2" in found


def test_a_removed_document_leaves_a_gap(books, damage):
    found = damage("DELETE FROM ledger_document WHERE id = %s", books.invoice.document_id)

    assert f"facture FAC-2026-00002{N}: numéro{N}: 2 au lieu de 1" in found


def test_a_number_that_runs_against_the_dates_is_found(books, damage):
    found = damage("UPDATE ledger_document SET day = day - 6 WHERE id = %s", books.second.document_id)

    assert f"facture FAC-2026-00002{N}: date{N}: 04/01/2026 au lieu de 05/01/2026" in found
    assert f"facture FAC-2026-00002{N}: date de l’écriture{N}: 10/01/2026 au lieu de 04/01/2026" in found


def test_a_reference_that_is_not_its_number_is_found(books, damage):
    found = damage("UPDATE ledger_document SET reference = 'AV-2026-99' WHERE id = %s", books.note.document_id)

    assert f"avoir AV-2026-99{N}: référence{N}: AV-2026-99 au lieu de AV-2026-00001" in found


# Totals


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("invoiced = 0", f"facturé{N}: 0,00 au lieu de 150,00"),
        ("collected = -1", f"encaissé{N}: −1,00 au lieu de 80,00"),
        ("to_invoice = 12.5", f"à facturer{N}: 12,50 au lieu de 0,00"),
        ("first_due = NULL", f"première échéance ouverte{N}: absent au lieu de 10/01/2026"),
        ("first_due = '2026-02-10'", f"première échéance ouverte{N}: 10/02/2026 au lieu de 10/01/2026"),
    ],
)
def test_a_changed_total_is_found(books, damage, change, message):
    found = damage(f"UPDATE ledger_clientaccount SET {change}")

    assert found == [f"compte client {books.client.pk}{N}: {message}"]


def test_a_removed_account_is_missed(books, damage):
    found = damage("DELETE FROM ledger_clientaccount")

    assert f"compte client {books.client.pk}{N}: débit{N}: absent au lieu de 150,00" in found


# Rules


@pytest.mark.parametrize(
    ("statement", "state"),
    [
        ("ALTER TABLE ledger_clientaccount DISABLE TRIGGER {}", "désactivée"),
        ("DROP TRIGGER {} ON ledger_clientaccount", "absente"),
        ("COMMENT ON TRIGGER {} ON ledger_clientaccount IS 'x'", "modifiée"),
    ],
)
def test_a_rule_that_is_not_in_force_is_found(db, statement, state):
    ((trigger,),) = execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'pgtrigger_ledger_7_totals_kept%%'")
    execute(statement.format(trigger))

    faults = list(verify.faults())

    assert faults == [Fault("règles", "table ledger_clientaccount", f"la règle ledger_7_totals_kept est {state}")]


@pytest.mark.parametrize(
    ("table", "constraint"), [("ledger_line", "ledger_1_debit_or_credit"), ("ledger_seal", "ledger_6_one_entry_a_rank")]
)
def test_a_constraint_that_was_dropped_is_found(db, table, constraint):
    execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")

    assert list(verify.faults()) == [Fault("règles", f"table {table}", f"la règle {constraint} est absente")]


def test_all_that_was_damaged_is_named_in_the_order_of_the_checks(books, damage):
    damage("UPDATE ledger_clientaccount SET invoiced = 0")

    found = damage("UPDATE ledger_seal SET hash = '' WHERE journal_id = 'BQ'")

    assert [text.split(N)[0] for text in found] == [
        "journal BQ, rang 1",
        "journal BQ",
        f"compte client {books.client.pk}",
    ]
