"""Rules of payments that PostgreSQL enforces by triggers; docs/rules.md, « Invariants »."""

import pgtrigger

from office.triggers import StrictTrigger, fail, kept, refuse


def _money_moved(name: str, *fixed: str) -> list[StrictTrigger]:
    """A record of money keeps the `fixed` columns, and is cancelled once at most."""
    old, new = (", ".join(f"{row}.{column}" for column in fixed) for row in ("OLD", "NEW"))
    rule = f"payments_2_{name}_unchanged"
    return [
        StrictTrigger(
            name=rule,
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func=f"""
                IF OLD.cancelled_by_id IS NOT NULL OR ROW({old}) IS DISTINCT FROM ROW({new}) THEN
                    {fail(rule, "money that moved is corrected by a further movement")}
                END IF;
                RETURN NEW;
            """,
        ),
        *kept(f"payments_2_{name}"),
    ]


_MOVEMENT = ("id", "client_id", "document_id", "amount", "amount_currency")
ATTACHMENT = [
    refuse("payments_2_attachment_unchanged", pgtrigger.Update, "what proves a payment never changes"),
    *kept("payments_2_attachment"),
]

PAYMENT = _money_moved("payment", *_MOVEMENT)
REFUND = _money_moved("refund", *_MOVEMENT)
INCIDENT = _money_moved("incident", "id", "payment_id", "document_id", "entry_id", "fee_entry_id", "fee")
