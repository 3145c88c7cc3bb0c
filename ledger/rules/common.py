"""What the trigger bodies of several tables share.

Foreign keys are only checked at commit, so a row may come before the one it points to: what a rule has to
look at must be there, or it refuses (LEFT JOIN, and `IS NOT TRUE` for whatever a missing row leaves unknown).
"""

# In a trigger's body: a statement typed by hand is at depth 1, one of another trigger at 2 or more.
BY_HAND = "pg_trigger_depth() < 2"


def lock_accounts(selection: str) -> str:
    """SQL that locks the accounts of `selection` by ascending key, so that what follows reads them settled.

    Services hold these locks already; raw SQL takes them here, and cannot read a stale total.
    """
    return f"""
        PERFORM 1 FROM ledger_clientaccount
        WHERE id IN ({selection}) ORDER BY id FOR NO KEY UPDATE;
    """


def books_open(day: str) -> str:
    """SQL that refuses when `day` is on or before the lock date, whose row it shares until the commit."""
    return f"""
        PERFORM 1 FROM ledger_periodlock WHERE scope = 'books' FOR SHARE;
        IF EXISTS (SELECT 1 FROM ledger_periodlock WHERE scope = 'books' AND through >= {day}) THEN
            RAISE EXCEPTION 'ledger_5_books_locked: the books are locked on %', {day}
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_5_books_locked';
        END IF;
    """
