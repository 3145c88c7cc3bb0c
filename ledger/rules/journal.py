"""Rules of documents, entries, lines and seals: numbers, balance, periods, the chain."""

import pgtrigger

from ledger.rules.common import BY_HAND, books_open, lock_accounts
from office.triggers import StrictTrigger, fail, inserted_once

DOCUMENT = [
    StrictTrigger(
        # The number before is there, and not of a later day. Two numbers taken at once meet on the
        # unique constraint; a rolled-back one is free again: no counter is needed to be gapless.
        name="ledger_4_gapless",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition("NEW.number IS NOT NULL"),
        func=f"""
            IF NOT EXISTS (
                SELECT 1 FROM ledger_series s
                WHERE s.id = NEW.series_id AND s.kind = NEW.kind
                  AND (s.site_id IS NULL OR s.site_id = NEW.site_id)
                  AND NEW.reference = concat_ws('-', s.prefix, NEW.year, to_char(NEW.number, 'FM9999900000'))
            ) THEN
                {fail("ledger_4_number_of_series", "number % is not as its series gives it", "NEW.number")}
            END IF;
            IF NEW.number > 1 AND NOT EXISTS (
                SELECT 1 FROM ledger_document
                WHERE series_id = NEW.series_id AND year = NEW.year
                  AND number = NEW.number - 1 AND day <= NEW.day
            ) THEN
                {fail("ledger_4_gapless", "number % does not follow the one before in rank and date", "NEW.number")}
            END IF;
            RETURN NULL;
        """,
    ),
    *inserted_once("ledger_2_document_unchanged"),
]

_DAYS = StrictTrigger(
    name="ledger_5_entry_day",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    level=pgtrigger.Statement,
    referencing=pgtrigger.Referencing(new="fresh"),
    declare=[("fault", "record")],
    func=f"""
        {books_open("(SELECT min(day) FROM fresh)")}
        SELECT f.day INTO fault FROM fresh f LEFT JOIN ledger_operation o ON o.id = f.operation_id
        WHERE (f.day <= o.day + 1) IS NOT TRUE LIMIT 1;
        IF FOUND THEN
            {fail("ledger_5_entry_day", "% is later than the day of the operation allows", "fault.day")}
        END IF;
        SELECT f.day INTO fault FROM fresh f LEFT JOIN ledger_document d ON d.id = f.document_id
        WHERE (
            d.number IS NULL OR d.day = f.day OR f.reverses_id IS NOT NULL
            OR d.day < f.day AND f.journal_id IN (SELECT code FROM ledger_journal WHERE kind = 'miscellaneous')
        ) IS NOT TRUE OR d.id IS NULL LIMIT 1;
        IF FOUND THEN
            {fail("ledger_4_entry_of_number", "% is not the day of the numbered document", "fault.day")}
        END IF;
        IF EXISTS (SELECT 1 FROM fresh WHERE xact <> pg_current_xact_id()::text::bigint) THEN
            {fail("ledger_6_sealed_by_its_own", "an entry is sealed by the transaction that inserts it")}
        END IF;
        RETURN NULL;
    """,
)

# The canonical content of an entry e, of rank `last_rank`: docs/rules.md, « The chain ».
_CANONICAL = """
    concat_ws('|', e.journal_id, last_rank, e.id, to_char(e.day, 'YYYY-MM-DD'),
        to_char(e.posted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        e.document_kind, e.reference, e.currency, coalesce(e.site_id::text, '-'),
        coalesce(e.reverses_id::text, '-'), e.operation_id)
    || E'\\n' || (
        SELECT string_agg(
            concat_ws('|', l.account_id, coalesce(l.client_account_id::text, '-'),
                coalesce(l.party_id::text, '-'), coalesce(nullif(l.kind, ''), '-'),
                coalesce(to_char(l.due, 'YYYY-MM-DD'), '-'),
                to_char(l.debit, 'FM999999999990.00'), to_char(l.credit, 'FM999999999990.00')),
            E'\\n' ORDER BY l.id)
        FROM ledger_line l WHERE l.entry_id = e.id)
"""

_OURS = """
    entry.xact = pg_current_xact_id()::text::bigint
    AND NOT EXISTS (SELECT 1 FROM ledger_seal s WHERE s.entry_id = entry.id)
"""

# Once a journal: a row updated again and again in one transaction gets slower each time.
_MOVE_HEAD = "UPDATE ledger_journal j SET head_rank = last_rank, head_hash = last_hash WHERE j.code = journal;"

_SEAL = StrictTrigger(
    # Deferred: the first one of the transaction that fires seals all its entries, journals by
    # ascending key, so that the head of a chain is locked last and only for the commit.
    name="ledger_1_entry_balanced",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    timing=pgtrigger.Deferred,
    declare=[("e", "record"), ("journal", "text"), ("last_rank", "bigint"), ("last_hash", "text"), ("sealed", "text")],
    func=f"""
        IF EXISTS (SELECT 1 FROM ledger_seal WHERE entry_id = NEW.id) THEN
            RETURN NULL;
        END IF;

        FOR e IN
            SELECT entry.id, coalesce(sum(l.debit) - sum(l.credit), 0) AS gap, count(l.id) AS lines
            FROM ledger_entry entry LEFT JOIN ledger_line l ON l.entry_id = entry.id
            WHERE {_OURS}
            GROUP BY entry.id HAVING count(l.id) = 0 OR sum(l.debit) <> sum(l.credit)
            ORDER BY entry.id LIMIT 1
        LOOP
            IF e.lines = 0 THEN
                {fail("ledger_1_entry_has_lines", "entry % has no line", "e.id")}
            END IF;
            {fail("ledger_1_entry_balanced", "entry % is % off", "e.id", "e.gap")}
        END LOOP;

        PERFORM 1 FROM ledger_journal
        WHERE code IN (SELECT entry.journal_id FROM ledger_entry entry WHERE {_OURS})
        ORDER BY code FOR NO KEY UPDATE;

        FOR e IN
            SELECT entry.*, d.kind AS document_kind, d.reference
            FROM ledger_entry entry JOIN ledger_document d ON d.id = entry.document_id
            WHERE {_OURS}
            ORDER BY entry.journal_id, entry.id
        LOOP
            IF journal IS DISTINCT FROM e.journal_id THEN
                {_MOVE_HEAD}
                journal := e.journal_id;
                SELECT j.head_rank, j.head_hash INTO last_rank, last_hash FROM ledger_journal j WHERE j.code = journal;
                IF last_rank > 0 AND NOT EXISTS (
                    SELECT 1 FROM ledger_seal s
                    WHERE s.journal_id = journal AND s.rank = last_rank AND s.hash = last_hash
                ) THEN
                    {fail("ledger_6_chain_whole", "the newest seal of journal % is damaged", "journal")}
                END IF;
            END IF;
            last_rank := last_rank + 1;
            sealed := encode(sha256(convert_to(last_hash || E'\\n' || {_CANONICAL}, 'UTF8')), 'hex');
            INSERT INTO ledger_seal (entry_id, journal_id, rank, previous, hash)
            VALUES (e.id, journal, last_rank, last_hash, sealed);
            last_hash := sealed;
        END LOOP;
        {_MOVE_HEAD}
        RETURN NULL;
    """,
)

ENTRY = [_DAYS, _SEAL, *inserted_once("ledger_2_entry_unchanged")]

LINE = [
    StrictTrigger(
        name="ledger_3_lines_of_entry",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(new="fresh"),
        declare=[("fault", "record")],
        func=f"""
            {lock_accounts("SELECT client_account_id FROM fresh")}

            IF EXISTS (SELECT 1 FROM fresh l JOIN ledger_seal s ON s.entry_id = l.entry_id) THEN
                {fail("ledger_2_sealed_entry_full", "a sealed entry takes no more lines")}
            END IF;

            SELECT l.id INTO fault
            FROM fresh l
            LEFT JOIN ledger_entry e ON e.id = l.entry_id
            LEFT JOIN ledger_document d ON d.id = e.document_id
            LEFT JOIN ledger_generalaccount g ON g.code = l.account_id
            LEFT JOIN ledger_clientaccount a ON a.id = l.client_account_id
            LEFT JOIN ledger_party p ON p.id = l.party_id
            WHERE (
                l.day = e.day AND g.is_receivable = (l.client_account_id IS NOT NULL)
                AND (l.client_account_id IS NULL
                    OR a.currency = e.currency AND a.id = d.account_id
                    AND l.party_id IS NOT DISTINCT FROM d.party_id AND a.walk_in = (l.party_id IS NOT NULL)
                    AND (l.party_id IS NULL OR p.account_id = a.id))
            ) IS NOT TRUE
            LIMIT 1;
            IF FOUND THEN
                {fail("ledger_3_lines_of_entry", "line % disagrees with its entry or account", "fault.id")}
            END IF;

            -- Later than a numbered document, and not to undo it, an entry of it only moves what is left to other days.
            SELECT e.day INTO fault
            FROM fresh l JOIN ledger_entry e ON e.id = l.entry_id JOIN ledger_document d ON d.id = e.document_id
            WHERE d.number IS NOT NULL AND d.day <> e.day AND e.reverses_id IS NULL AND l.kind <> 'reschedule'
            LIMIT 1;
            IF FOUND THEN
                {fail("ledger_4_entry_of_number", "% is not the day of the numbered document", "fault.day")}
            END IF;

            -- Payments and what undoes them stay out of a till that is closed for their day.
            INSERT INTO ledger_periodlock (scope, site_id)
            SELECT DISTINCT 'till', e.site_id FROM fresh l JOIN ledger_entry e ON e.id = l.entry_id
            WHERE l.kind IN ('payment', 'refund', 'incident')
              AND NOT EXISTS (
                SELECT 1 FROM ledger_periodlock k
                WHERE k.scope = 'till' AND k.site_id IS NOT DISTINCT FROM e.site_id)
            ON CONFLICT DO NOTHING;
            PERFORM 1 FROM ledger_periodlock k
            WHERE k.scope = 'till' AND EXISTS (
                SELECT 1 FROM fresh l JOIN ledger_entry e ON e.id = l.entry_id
                WHERE l.kind IN ('payment', 'refund', 'incident') AND k.site_id IS NOT DISTINCT FROM e.site_id)
            ORDER BY k.id FOR SHARE;
            IF EXISTS (
                SELECT 1 FROM fresh l JOIN ledger_entry e ON e.id = l.entry_id
                JOIN ledger_periodlock k ON k.scope = 'till' AND k.site_id IS NOT DISTINCT FROM e.site_id
                WHERE l.kind IN ('payment', 'refund', 'incident') AND k.through >= l.day
            ) THEN
                {fail("ledger_5_till_closed", "the till is closed for that day")}
            END IF;

            INSERT INTO ledger_openitem (line_id, account_id, party_id, document_id, kind, is_debit, day, due,
                                         amount, open, reserved, allocable_from)
            SELECT l.id, l.client_account_id, l.party_id, e.document_id, l.kind, l.debit > 0, l.day, l.due,
                   l.debit + l.credit, l.debit + l.credit, 0, l.day
            FROM fresh l JOIN ledger_entry e ON e.id = l.entry_id
            WHERE l.client_account_id IS NOT NULL;

            UPDATE ledger_clientaccount a
            SET debit = a.debit + t.debit, credit = a.credit + t.credit,
                open_debit = a.open_debit + t.debit, open_credit = a.open_credit + t.credit,
                invoiced = a.invoiced + t.invoiced, collected = a.collected + t.collected,
                first_due = least(a.first_due, t.first_due)
            FROM (
                SELECT l.client_account_id AS id, sum(l.debit) AS debit, sum(l.credit) AS credit,
                       min(l.due) FILTER (WHERE l.debit > 0) AS first_due,
                       coalesce(sum(CASE WHEN e.reverses_id IS NULL THEN l.debit ELSE -l.credit END)
                                FILTER (WHERE l.kind IN ('invoice', 'opening')), 0) AS invoiced,
                       coalesce(sum(l.credit - l.debit)
                                FILTER (WHERE l.kind IN ('payment', 'refund', 'incident')), 0) AS collected
                FROM fresh l JOIN ledger_entry e ON e.id = l.entry_id
                WHERE l.client_account_id IS NOT NULL GROUP BY l.client_account_id
            ) t
            WHERE a.id = t.id;
            RETURN NULL;
        """,
    ),
    *inserted_once("ledger_2_line_unchanged"),
]

SEAL = [
    StrictTrigger(
        name="ledger_6_sealed_at_commit",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"""
            IF {BY_HAND} THEN
                {fail("ledger_6_sealed_at_commit", "a seal is set by the commit alone")}
            END IF;
            RETURN NEW;
        """,
    ),
    *inserted_once("ledger_2_seal_unchanged"),
]
