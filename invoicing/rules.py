"""Rules of the catalogue, visits and invoices that PostgreSQL enforces by triggers; docs/rules.md, « Invariants »."""

import pgtrigger

from ledger.rules.common import BY_HAND, books_open, lock_accounts
from office.triggers import StrictTrigger, fail, kept, refuse

RATES_SETTING = "vat.rates"

TARIFF = [
    StrictTrigger(
        name="invoicing_tariff_rate_in_force",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("vat_rate", "valid_from"),
        func=f"""
            IF NOT EXISTS (
                SELECT 1 FROM (
                    SELECT value FROM office_datedsetting
                    WHERE name = '{RATES_SETTING}' AND valid_from <= NEW.valid_from
                    ORDER BY valid_from DESC LIMIT 1
                ) s, jsonb_array_elements_text(s.value) rate
                WHERE rate::numeric = NEW.vat_rate
            ) THEN
                {fail("invoicing_tariff_rate_in_force", "a tariff begins with a rate in force, not %", "NEW.vat_rate")}
            END IF;
            RETURN NEW;
        """,
    )
]

VISIT_SPELL = [
    StrictTrigger(
        name="invoicing_7_spells_begun",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(new="fresh"),
        func=f"""
            {lock_accounts("SELECT account_id FROM fresh")}
            {books_open("(SELECT min(since) FROM fresh)")}
            IF EXISTS (
                SELECT 1 FROM fresh f
                LEFT JOIN invoicing_visitline l ON l.id = f.line_id
                LEFT JOIN invoicing_visit v ON v.id = l.visit_id
                LEFT JOIN clients_client c ON c.id = v.client_id
                WHERE (
                    c.account_id = f.account_id AND v.party_id IS NOT DISTINCT FROM f.party_id AND f.until IS NULL
                ) IS NOT TRUE
            ) THEN
                {fail("invoicing_7_spells_begun", "a spell is of its visit, and starts without an end")}
            END IF;
            UPDATE ledger_clientaccount a SET to_invoice = a.to_invoice + t.amount
            FROM (SELECT account_id, sum(amount) AS amount FROM fresh GROUP BY account_id) t
            WHERE a.id = t.account_id;
            RETURN NULL;
        """,
    ),
    StrictTrigger(
        name="invoicing_7_spell_only_shortened",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
            IF NEW.until IS NULL OR NEW.until > OLD.until
               OR to_jsonb(OLD) - 'until' <> to_jsonb(NEW) - 'until'
            THEN
                {fail("invoicing_7_spell_only_shortened", "a spell is only ended, or ended earlier")}
            END IF;
            RETURN NEW;
        """,
    ),
    StrictTrigger(
        name="invoicing_7_spells_ended",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(old="former", new="fresh"),
        func=f"""
            {lock_accounts("SELECT account_id FROM fresh")}
            {books_open("(SELECT min(until) FROM fresh)")}
            UPDATE ledger_clientaccount a SET to_invoice = a.to_invoice - t.amount
            FROM (
                SELECT account_id, sum(amount) AS amount FROM former WHERE until IS NULL GROUP BY account_id
            ) t
            WHERE a.id = t.account_id;
            RETURN NULL;
        """,
    ),
    *kept("invoicing_2_spell"),
]

INVOICE = [
    StrictTrigger(
        name="invoicing_2_issued_unchanged",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Condition("OLD.document_id IS NOT NULL"),
        func=fail("invoicing_2_issued_unchanged", "an issued invoice never changes"),
    ),
    StrictTrigger(
        name="invoicing_1_issue_adds_up",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("NEW.document_id IS NOT NULL"),
        func=f"""
            IF NEW.ttc IS DISTINCT FROM (SELECT sum(ttc) FROM invoicing_invoiceline WHERE invoice_id = NEW.id)
               OR NEW.ht IS DISTINCT FROM (SELECT sum(ht) FROM invoicing_invoiceline WHERE invoice_id = NEW.id)
               OR NEW.ht IS DISTINCT FROM (SELECT sum(ht) FROM invoicing_invoicetax WHERE invoice_id = NEW.id)
               OR NEW.vat IS DISTINCT FROM (SELECT sum(vat) FROM invoicing_invoicetax WHERE invoice_id = NEW.id)
               OR NEW.ttc <> (SELECT coalesce(sum(amount), 0) FROM ledger_openitem
                              WHERE document_id = NEW.document_id AND kind IN ('invoice', 'credit_note') AND is_debit)
            THEN
                {fail("invoicing_1_issue_adds_up", "invoice % disagrees with its lines, taxes or entry", "NEW.id")}
            END IF;
            RETURN NULL;
        """,
    ),
    StrictTrigger(
        name="invoicing_2_starts_as_draft",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition("NEW.document_id IS NOT NULL"),
        func=fail("invoicing_2_starts_as_draft", "an invoice starts as a draft"),
    ),
]


def _parts_frozen(name: str, allowed: str = "FALSE") -> StrictTrigger:
    """A trigger that refuses any change of the parts of an issued invoice, but for `allowed`."""
    return StrictTrigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF EXISTS (
                SELECT 1 FROM invoicing_invoice WHERE document_id IS NOT NULL
                AND id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.invoice_id END,
                           CASE WHEN TG_OP <> 'DELETE' THEN NEW.invoice_id END)
            ) AND NOT coalesce({allowed}, FALSE) THEN
                {fail(name, "an issued invoice never changes")}
            END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            RETURN NEW;
        """,
    )


INVOICE_LINE = [
    _parts_frozen(
        "invoicing_2_issued_line_unchanged",
        # Credit notes count down what is left to credit, by their own triggers.
        allowed=f"""(
            TG_OP = 'UPDATE' AND NOT ({BY_HAND})
            AND to_jsonb(OLD) - 'creditable' - 'creditable_quantity'
                = to_jsonb(NEW) - 'creditable' - 'creditable_quantity'
        )""",
    )
]

INVOICE_TAX = [_parts_frozen("invoicing_2_issued_tax_unchanged")]

INSTALMENT = [
    refuse(
        "invoicing_2_instalment_unchanged",
        pgtrigger.Update,
        "an instalment keeps its invoice, date and amount",
        condition=pgtrigger.AnyChange("id", "invoice", "item", "rank", "due", "amount"),
    ),
    *kept("invoicing_2_instalment"),
]

DISPUTE = [
    StrictTrigger(
        name="invoicing_2_dispute_unchanged",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
            IF OLD.ended_by_id IS NOT NULL OR NEW.ended_by_id IS NULL
               OR to_jsonb(OLD) - 'ended_by_id' <> to_jsonb(NEW) - 'ended_by_id'
            THEN
                {fail("invoicing_2_dispute_unchanged", "a dispute is lifted once and changes in nothing else")}
            END IF;
            RETURN NEW;
        """,
    ),
    *kept("invoicing_2_dispute"),
]

BATCH_ITEM = [
    refuse(
        "invoicing_batch_item_decided_once",
        pgtrigger.Update,
        "what a batch made, or left, stays so",
        condition=pgtrigger.Condition(
            "OLD.outcome <> 'pending' AND ROW(OLD.outcome, OLD.invoice_id, OLD.reason)"
            " IS DISTINCT FROM ROW(NEW.outcome, NEW.invoice_id, NEW.reason)"
        ),
    ),
    *kept("invoicing_batch_item"),
]
