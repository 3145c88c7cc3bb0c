"""Invariant 6: each entry is sealed at commit, after the one before it in its journal."""

from datetime import date
from hashlib import sha256
from threading import Event

import pgtrigger
import pytest
from django.db import IntegrityError, OperationalError, transaction

from ledger import verify
from ledger.models import Entry, Journal, Seal
from tests.factories import SiteFactory, account, invoice_entry, op_under_way, party, payment_entry, reverse
from tests.helpers import copy_in, execute, insert, refused, run_together, settle, without_rules
from tests.invariants.raw import raw_entry, raw_line

JAN5 = date(2026, 1, 5)
FEB10 = date(2026, 2, 10)
MOMENT = "2026-01-05 12:30:00.120000+01:00"


@pytest.fixture
def invoice(db):
    """An invoice of 100.00, posted and sealed: the first entry of the sales journal."""
    item = invoice_entry(account(), "100.00", JAN5, reference="F1")
    settle()
    return item


@pytest.fixture
def op(invoice):
    return op_under_way(JAN5)


def seals(journal: str) -> list[Seal]:
    return list(Seal.objects.filter(journal=journal).order_by("rank"))


def test_an_entry_is_sealed_over_its_canonical_content(db):
    dupont = party(name="Dupont")
    first = invoice_entry(dupont.account, "12.50", JAN5, FEB10, party=dupont, reference="F1")
    settle()
    site = SiteFactory()
    operation = op_under_way(JAN5)
    entry = raw_entry(first, operation, posted_at=MOMENT, site_id=site.pk, reverses_id=first.line.entry_id)

    copy_in(
        "ledger_line",
        {
            "entry_id": entry,
            "day": JAN5,
            "account_id": "411",
            "client_account_id": dupont.account_id,
            "party_id": dupont.pk,
            "kind": "invoice",
            "due": FEB10,
            "debit": "0",
            "credit": "1250.5",
        },
        {"entry_id": entry, "day": JAN5, "account_id": "706", "kind": "", "debit": "1250.5", "credit": "0"},
    )
    settle()

    content = (
        f"VE|2|{entry}|2026-01-05|2026-01-05T11:30:00.120000Z|invoice|F1|EUR"
        f"|{site.pk}|{first.line.entry_id}|{operation.pk}\n"
        f"411|{dupont.account_id}|{dupont.pk}|invoice|2026-02-10|0.00|1250.50\n"
        "706|-|-|-|-|1250.50|0.00"
    )
    before, sealed = seals("VE")
    assert sealed.previous == before.hash
    assert sealed.hash == sha256(f"{before.hash}\n{content}".encode()).hexdigest()


def test_each_journal_has_a_chain_of_its_own_from_1(invoice):
    payment_entry(invoice.account, "40.00", JAN5)
    invoice_entry(invoice.account, "50.00", JAN5)
    settle()

    assert [(seal.rank, seal.previous == "") for seal in seals("VE")] == [(1, True), (2, False)]
    assert [(seal.rank, seal.previous == "") for seal in seals("BQ")] == [(1, True)]


def test_the_journal_keeps_the_head_of_its_chain(invoice):
    payment = payment_entry(invoice.account, "40.00", JAN5)
    reverse(payment, JAN5)
    settle()

    for code in ("VE", "BQ"):
        last, journal = seals(code)[-1], Journal.objects.get(pk=code)
        assert (journal.head_rank, journal.head_hash) == (last.rank, last.hash)


def test_entries_of_one_transaction_are_sealed_in_their_order(invoice):
    entries = [invoice_entry(invoice.account, "1.00", JAN5).line.entry_id for _ in range(3)]
    settle()

    assert [seal.entry_id for seal in seals("VE")] == [invoice.line.entry_id, *entries]
    assert [seal.previous for seal in seals("VE")] == ["", *[seal.hash for seal in seals("VE")][:-1]]


def test_no_entry_stays_without_a_seal(own_database):
    client = account()
    with transaction.atomic():
        invoice_entry(client, "100.00", JAN5)
        assert not Seal.objects.exists()

    assert Entry.objects.filter(seal__rank=1).count() == Entry.objects.count() == 1


def test_what_was_sealed_within_a_rolled_back_savepoint_is_sealed_at_commit(own_database):
    client = account()
    with transaction.atomic():
        first = invoice_entry(client, "100.00", JAN5)
        with transaction.atomic():
            invoice_entry(client, "50.00", JAN5)
            settle()
            transaction.set_rollback(True)

    assert [seal.entry_id for seal in seals("VE")] == [first.line.entry_id]
    assert list(verify.faults()) == []


# Forged


def forged(entry: int) -> dict:
    return {"entry_id": entry, "journal_id": "VE", "rank": 2, "previous": "", "hash": "0" * 64}


def test_a_seal_is_not_typed(invoice, op):
    with refused("ledger_6_sealed_at_commit"):
        insert("ledger_seal", **forged(raw_entry(invoice, op)))


def test_a_seal_is_not_typed_by_copy(invoice, op):
    with refused("ledger_6_sealed_at_commit"):
        copy_in("ledger_seal", forged(raw_entry(invoice, op)))


def test_a_seal_is_not_typed_with_triggers_ignored(invoice, op):
    with pgtrigger.ignore(), refused("ledger_6_sealed_at_commit"):
        insert("ledger_seal", **forged(raw_entry(invoice, op)))


def test_an_entry_is_not_left_to_another_transaction_to_seal(invoice, op):
    with refused("ledger_6_sealed_by_its_own"):
        raw_entry(invoice, op, xact=1)


@pytest.mark.parametrize("change", ["head_rank = 0", "head_hash = ''", "head_rank = head_rank + 1", "code = 'V2'"])
def test_the_head_of_a_chain_is_not_typed(invoice, change):
    with refused("ledger_6_head_is_last_seal"):
        execute(f"UPDATE ledger_journal SET {change} WHERE code = 'VE'")


@pytest.mark.parametrize("head", [{"head_rank": 1, "head_hash": ""}, {"head_rank": 0, "head_hash": "0" * 64}])
def test_a_journal_starts_without_a_seal(db, head):
    with refused("ledger_6_chain_starts_empty"):
        insert("ledger_journal", code="V2", label="Ventes", kind="sales", site_id=SiteFactory().pk, **head)


def test_an_entry_of_a_journal_that_does_not_exist_is_refused(invoice, op):
    with pytest.raises(IntegrityError, match="foreign key"), transaction.atomic():  # noqa: PT012 (a commit's)
        entry = raw_entry(invoice, op, journal_id="ZZ")
        copy_in("ledger_line", raw_line(entry, invoice, debit="1.00"), raw_line(entry, invoice, credit="1.00"))
        settle()


@pytest.mark.parametrize("damage", ["hash = ''", "hash = 'illisible'", "rank = 9"])
def test_nothing_is_posted_after_a_damaged_seal(own_database, damage):
    client = account()
    invoice_entry(client, "100.00", JAN5)
    with without_rules(own_database) as connection:
        connection.execute(f"UPDATE ledger_seal SET {damage}")

    with refused("ledger_6_chain_whole"):
        invoice_entry(client, "50.00", JAN5)

    client.refresh_from_db()
    assert client.debit == 100


def test_nothing_is_posted_after_a_seal_that_is_gone(own_database):
    client = account()
    invoice_entry(client, "100.00", JAN5)
    with without_rules(own_database) as connection:
        connection.execute("DELETE FROM ledger_seal")

    with refused("ledger_6_chain_whole"):
        invoice_entry(client, "50.00", JAN5)


def test_nothing_is_posted_after_a_head_that_was_emptied(own_database):
    client = account()
    invoice_entry(client, "100.00", JAN5)
    with without_rules(own_database) as connection:
        connection.execute("UPDATE ledger_journal SET head_rank = 0, head_hash = ''")

    with refused("ledger_6_one_entry_a_rank"):
        invoice_entry(client, "50.00", JAN5)


# Several at once


def test_a_chain_does_not_break_when_eight_post_at_once(own_database):
    clients = [account() for _ in range(8)]

    run_together(
        *[lambda client=client: [invoice_entry(client, "1.00", JAN5) for _ in range(10)] for client in clients]
    )

    assert [seal.rank for seal in seals("VE")] == list(range(1, 81))
    assert list(verify.faults()) == []


def two_commits() -> list:
    """Two entries of one journal: the second is to be sealed while the first is, but not yet committed."""
    first, second, sealed = account(), account(), Event()

    def hold() -> None:
        with transaction.atomic():
            invoice_entry(first, "1.00", JAN5)
            settle()
            sealed.set()
            Event().wait(0.3)

    def follow() -> int:
        sealed.wait(10)
        return invoice_entry(second, "1.00", JAN5).line.entry.seal.rank

    return run_together(hold, follow)


def test_a_seal_waits_for_the_one_before_it(own_database):
    assert two_commits() == [None, 2]
    assert list(verify.faults()) == []


def test_without_the_lock_of_the_journal_two_entries_claim_one_rank(own_database):
    ((name, body),) = execute(
        "SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE proname LIKE 'pgtrigger_ledger_1_entry_balanced%%'"
    )
    assert body.count("FOR NO KEY UPDATE") == 1, name
    execute(body.replace("FOR NO KEY UPDATE", "").replace("%", "%%"))

    _, refusal = two_commits()

    assert isinstance(refusal, IntegrityError)
    assert refusal.__cause__.diag.constraint_name == "ledger_6_one_entry_a_rank"


def test_a_site_with_its_own_journal_does_not_wait_for_another(own_database):
    here, elsewhere, sealed, done = account(), account(), Event(), Event()
    site = SiteFactory()
    Journal.objects.create(code="VE2", label="Ventes", kind=Journal.Kind.SALES, site=site)

    def hold() -> None:
        with transaction.atomic():
            invoice_entry(here, "1.00", JAN5)
            settle()
            sealed.set()
            done.wait(10)

    def post_elsewhere() -> str:
        sealed.wait(10)
        execute("SET lock_timeout = '200ms'")
        try:
            with pytest.raises(OperationalError, match="lock timeout"):
                invoice_entry(elsewhere, "1.00", JAN5)
            return invoice_entry(elsewhere, "1.00", JAN5, site=site).line.entry.journal_id
        finally:
            done.set()

    assert run_together(hold, post_elsewhere) == [None, "VE2"]
