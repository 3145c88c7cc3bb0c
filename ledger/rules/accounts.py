"""Rules of the accounts, journals, series, operations and locks."""

import pgtrigger

from ledger.rules.common import BY_HAND
from office.triggers import StrictTrigger, fail, kept, refuse

GENERAL_ACCOUNT = [
    StrictTrigger(
        name="ledger_3_receivable_fixed",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange("code", "is_receivable"),
        func=fail("ledger_3_receivable_fixed", "an account of the chart keeps its number and nature"),
    ),
    *kept("ledger_3_chart"),
]

JOURNAL = [
    StrictTrigger(
        name="ledger_6_head_is_last_seal",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange("code", "head_rank", "head_hash"),
        func=f"""
            IF {BY_HAND} OR NEW.code <> OLD.code THEN
                {fail("ledger_6_head_is_last_seal", "the head of a chain moves by sealing alone")}
            END IF;
            RETURN NEW;
        """,
    ),
    StrictTrigger(
        name="ledger_6_chain_starts_empty",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition("NEW.head_rank <> 0 OR NEW.head_hash <> ''"),
        func=fail("ledger_6_chain_starts_empty", "a journal starts without a seal"),
    ),
    *kept("ledger_6_journal"),
]

_TOTALS = ("debit", "credit", "open_debit", "open_credit", "invoiced", "collected", "to_invoice", "first_due")

CLIENT_ACCOUNT = [
    StrictTrigger(
        name="ledger_7_totals_kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange(*_TOTALS),
        func=f"""
            IF {BY_HAND} THEN
                {fail("ledger_7_totals_kept", "the totals of a client account are kept by triggers alone")}
            END IF;
            RETURN NEW;
        """,
    ),
    StrictTrigger(
        name="ledger_7_totals_start_at_zero",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition(
            " OR ".join([*(f"NEW.{total} <> 0" for total in _TOTALS[:-1]), "NEW.first_due IS NOT NULL"])
        ),
        func=fail("ledger_7_totals_start_at_zero", "a client account starts at zero"),
    ),
    StrictTrigger(
        name="ledger_3_account_fixed",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange("id", "currency", "walk_in"),
        func=f"""
            IF OLD.debit <> 0 OR OLD.credit <> 0 OR OLD.to_invoice <> 0 THEN
                {fail("ledger_3_account_fixed", "an account in use keeps its currency and nature")}
            END IF;
            RETURN NEW;
        """,
    ),
    *kept("ledger_7_account"),
]

PARTY = [
    refuse(
        "ledger_3_party_fixed",
        pgtrigger.Update,
        "a party stays on its account",
        condition=pgtrigger.AnyChange("id", "account"),
    ),
    *kept("ledger_3_party"),
]

OPERATION = [
    StrictTrigger(
        name="ledger_2_operation_unchanged",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
            IF OLD.result_id IS NOT NULL OR NEW.result_id IS NULL
               OR ROW(OLD.id, OLD.kind, OLD.user_id, OLD.at, OLD.day, OLD.reason, OLD.key, OLD.digest)
                  IS DISTINCT FROM
                  ROW(NEW.id, NEW.kind, NEW.user_id, NEW.at, NEW.day, NEW.reason, NEW.key, NEW.digest)
            THEN
                {fail("ledger_2_operation_unchanged", "an operation takes its result once and nothing else")}
            END IF;
            RETURN NEW;
        """,
    ),
    *kept("ledger_2_operation"),
]

PERIOD_LOCK = [
    StrictTrigger(
        name="ledger_5_lock_moves_forward",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
            IF NEW.scope <> OLD.scope OR NEW.site_id IS DISTINCT FROM OLD.site_id OR NEW.id <> OLD.id
               OR (OLD.through IS NOT NULL AND (NEW.through IS NULL OR NEW.through < OLD.through))
            THEN
                {fail("ledger_5_lock_moves_forward", "a lock only moves forward")}
            END IF;
            RETURN NEW;
        """,
    ),
    *kept("ledger_5_lock"),
]

SERIES = [
    StrictTrigger(
        name="ledger_4_series_fixed",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
            IF EXISTS (SELECT 1 FROM ledger_document WHERE series_id = OLD.id) THEN
                {fail("ledger_4_series_fixed", "a series in use stays as it is")}
            END IF;
            RETURN NEW;
        """,
    ),
    *kept("ledger_4_series"),
]
