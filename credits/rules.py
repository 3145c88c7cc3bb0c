"""Rules of credit notes that PostgreSQL enforces by triggers; docs/rules.md, « Invariants »."""

import pgtrigger

from office.triggers import StrictTrigger, fail

CREDIT_NOTE = [
    StrictTrigger(
        name="credits_2_validated_unchanged",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Condition("OLD.document_id IS NOT NULL"),
        func=f"""
            IF TG_OP = 'DELETE' OR OLD.cancelled_by_id IS NOT NULL OR NEW.cancelled_by_id IS NULL
               OR to_jsonb(OLD) - 'cancelled_by_id' <> to_jsonb(NEW) - 'cancelled_by_id'
            THEN
                {fail("credits_2_validated_unchanged", "a validated credit note is cancelled once and changes in nothing else")}
            END IF;
            RETURN NEW;
        """,  # noqa: E501 - a message is one line
    ),
    StrictTrigger(
        name="credits_2_starts_as_draft",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition("NEW.document_id IS NOT NULL OR NEW.cancelled_by_id IS NOT NULL"),
        func=fail("credits_2_starts_as_draft", "a credit note starts as a draft"),
    ),
    StrictTrigger(
        # Counted under the lines' own row locks: of two desks crediting the same line, one is refused.
        name="credits_3_within_invoice",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("NEW.document_id IS NOT NULL"),
        declare=[("factor", "integer")],
        func=f"""
            factor := CASE WHEN OLD.document_id IS NULL THEN 1 ELSE -1 END;
            IF OLD.document_id IS NULL AND (
                NEW.ttc IS DISTINCT FROM (SELECT sum(ttc) FROM credits_creditnoteline WHERE credit_note_id = NEW.id)
                OR NEW.ht IS DISTINCT FROM (SELECT sum(ht) FROM credits_creditnoteline WHERE credit_note_id = NEW.id)
                OR NEW.ht IS DISTINCT FROM (SELECT sum(ht) FROM credits_creditnotetax WHERE credit_note_id = NEW.id)
                OR NEW.vat IS DISTINCT FROM (SELECT sum(vat) FROM credits_creditnotetax WHERE credit_note_id = NEW.id)
                OR NEW.ttc <> (SELECT coalesce(sum(amount), 0) FROM ledger_openitem
                               WHERE document_id = NEW.document_id AND NOT is_debit)
            ) THEN
                {fail("credits_1_note_adds_up", "credit note % disagrees with its lines, taxes or entry", "NEW.id")}
            END IF;
            UPDATE invoicing_invoiceline l
            SET creditable = l.creditable - factor * t.ttc,
                creditable_quantity = l.creditable_quantity - factor * t.quantity
            FROM (
                SELECT invoice_line_id, sum(ttc) AS ttc, sum(credited_quantity) AS quantity
                FROM credits_creditnoteline
                WHERE credit_note_id = NEW.id AND invoice_line_id IS NOT NULL GROUP BY invoice_line_id
            ) t
            WHERE l.id = t.invoice_line_id;
            RETURN NULL;
        """,
    ),
]


def _parts_frozen(name: str) -> StrictTrigger:
    return StrictTrigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF EXISTS (
                SELECT 1 FROM credits_creditnote WHERE document_id IS NOT NULL
                AND id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.credit_note_id END,
                           CASE WHEN TG_OP <> 'DELETE' THEN NEW.credit_note_id END)
            ) THEN
                {fail(name, "a validated credit note never changes")}
            END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            RETURN NEW;
        """,
    )


CREDIT_NOTE_LINE = [_parts_frozen("credits_2_validated_line_unchanged")]
CREDIT_NOTE_TAX = [_parts_frozen("credits_2_validated_tax_unchanged")]
