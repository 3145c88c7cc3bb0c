"""Rules of open items, allocations and reservations: who may settle what, and what stays open."""

import pgtrigger

from ledger.rules.common import BY_HAND, books_open, lock_accounts
from office.triggers import StrictTrigger, fail, inserted_once, kept

OPEN_ITEM = [
    StrictTrigger(
        name="ledger_7_items_kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF {BY_HAND} THEN
                {fail("ledger_7_items_kept", "open items are kept by triggers alone")}
            END IF;
            RETURN NEW;
        """,
    ),
    inserted_once("ledger_7_items_kept")[1],
]


def _move(rows: str, sign: str, allocable_from: str = "i.allocable_from") -> str:
    """SQL that adds (`+`) or takes (`-`) the amounts of `rows` to the open amounts of items and accounts."""
    return f"""
        UPDATE ledger_openitem i
        SET open = i.open {sign} moved.amount, allocable_from = {allocable_from}
        FROM (
            SELECT item, sum(amount) AS amount, max(detached_on) FILTER (WHERE detached_on > day) AS detached_on
            FROM (SELECT debit_id AS item, amount, day, detached_on FROM {rows}
                  UNION ALL SELECT credit_id, amount, day, detached_on FROM {rows}) both_sides
            GROUP BY item
        ) moved
        WHERE i.line_id = moved.item;

        UPDATE ledger_clientaccount a
        SET open_debit = a.open_debit {sign} moved.amount, open_credit = a.open_credit {sign} moved.amount,
            first_due = (SELECT min(due) FROM ledger_openitem
                         WHERE account_id = a.id AND is_debit AND open > 0)
        FROM (SELECT account_id, sum(amount) AS amount FROM {rows} GROUP BY account_id) moved
        WHERE a.id = moved.account_id;
    """


ALLOCATION = [
    StrictTrigger(
        name="ledger_3_allocation_joins",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(new="fresh"),
        declare=[("fault", "record")],
        func=f"""
            {lock_accounts("SELECT account_id FROM fresh")}
            {books_open("(SELECT min(day) FROM fresh)")}

            SELECT f.id, f.day < greatest(d.allocable_from, c.allocable_from) AS too_early INTO fault
            FROM fresh f
            LEFT JOIN ledger_openitem d ON d.line_id = f.debit_id
            LEFT JOIN ledger_openitem c ON c.line_id = f.credit_id
            LEFT JOIN ledger_operation o ON o.id = f.operation_id
            LEFT JOIN ledger_document p ON p.id = f.document_id
            WHERE (
                d.is_debit AND NOT c.is_debit
                AND d.account_id = f.account_id AND c.account_id = f.account_id
                AND d.party_id IS NOT DISTINCT FROM c.party_id
                AND d.day = f.debit_day AND d.due = f.debit_due AND c.day = f.credit_day
                AND f.day >= greatest(d.allocable_from, c.allocable_from)
                AND (
                    f.day <= o.day OR f.day <= greatest(d.allocable_from, c.allocable_from)
                    OR f.day <= p.day AND f.day <= o.day + 1
                )
                AND o.id IS NOT NULL AND f.detached_on IS NULL
            ) IS NOT TRUE
            LIMIT 1;
            IF FOUND THEN
                IF fault.too_early THEN
                    {fail("ledger_3_allocation_day", "allocation % is before its lines or their last detach", "fault.id")}
                END IF;
                {fail("ledger_3_allocation_joins", "allocation % does not join a debit and a credit of one client and party", "fault.id")}
            END IF;
            {_move("fresh", "-")}
            RETURN NULL;
        """,  # noqa: E501 - a message is one line
    ),
    StrictTrigger(
        name="ledger_2_allocation_unchanged",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
            IF OLD.detached_by_id IS NOT NULL OR NEW.detached_by_id IS NULL
               OR to_jsonb(OLD) - 'detached_by_id' - 'detached_on' <> to_jsonb(NEW) - 'detached_by_id' - 'detached_on'
            THEN
                {fail("ledger_2_allocation_unchanged", "an allocation is detached once and changes in nothing else")}
            END IF;
            RETURN NEW;
        """,
    ),
    StrictTrigger(
        name="ledger_3_detach_reopens",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(new="fresh"),
        func=f"""
            {lock_accounts("SELECT account_id FROM fresh")}
            {books_open("(SELECT min(detached_on) FROM fresh)")}
            IF EXISTS (
                SELECT 1 FROM fresh f LEFT JOIN ledger_operation o ON o.id = f.detached_by_id
                WHERE (o.id IS NOT NULL AND f.detached_on <= greatest(o.day + 1, f.day)) IS NOT TRUE
            ) THEN
                {fail("ledger_5_detach_day", "a detach is later than the day of its operation allows")}
            END IF;
            {_move("fresh", "+", "greatest(i.allocable_from, moved.detached_on)")}
            RETURN NULL;
        """,
    ),
    *kept("ledger_2_allocation"),
]


def _reserve(rows: str, sign: str) -> str:
    """SQL that adds or takes the amounts of `rows` to what is reserved of their credits."""
    return f"""
        {lock_accounts(f"SELECT i.account_id FROM ledger_openitem i JOIN {rows} r ON r.credit_id = i.line_id")}
        UPDATE ledger_openitem i SET reserved = i.reserved {sign} moved.amount
        FROM (SELECT credit_id, sum(amount) AS amount FROM {rows} GROUP BY credit_id) moved
        WHERE i.line_id = moved.credit_id;
        RETURN NULL;
    """


RESERVATION = [
    StrictTrigger(
        name="ledger_3_reservation_made",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(new="fresh"),
        func=f"""
            IF EXISTS (
                SELECT 1 FROM fresh f LEFT JOIN ledger_openitem i ON i.line_id = f.credit_id
                WHERE i.line_id IS NULL OR f.released_by_id IS NOT NULL
            ) THEN
                {fail("ledger_3_reservation_made", "a reservation is of an item, and starts unreleased")}
            END IF;
            {_reserve("fresh", "+")}
        """,
    ),
    StrictTrigger(
        name="ledger_2_reservation_unchanged",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
            IF OLD.released_by_id IS NOT NULL OR NEW.released_by_id IS NULL
               OR to_jsonb(OLD) - 'released_by_id' <> to_jsonb(NEW) - 'released_by_id'
            THEN
                {fail("ledger_2_reservation_unchanged", "a reservation is released once and changes in nothing else")}
            END IF;
            RETURN NEW;
        """,
    ),
    StrictTrigger(
        name="ledger_3_reservation_released",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(new="fresh"),
        func=_reserve("fresh", "-"),
    ),
    *kept("ledger_2_reservation"),
]
