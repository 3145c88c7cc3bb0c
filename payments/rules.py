"""Rules of payments that PostgreSQL enforces by triggers; docs/rules.md, « Invariants »."""

import pgtrigger

from office.triggers import StrictTrigger, fail, inserted_once, kept, refuse


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
                IF NEW.cancelled_by_id IS NOT NULL AND EXISTS (
                    SELECT 1 FROM payments_banklink l
                    WHERE l.document_id = NEW.document_id AND l.undone_by_id IS NULL
                ) THEN
                    {fail("payments_link_holds", "a bank transaction is linked to it, and is freed first")}
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

BANK_IMPORT = inserted_once("payments_bank_import_unchanged")
BANK_TRANSACTION = [
    refuse("payments_bank_line_unchanged", pgtrigger.Update, "what the bank says never changes"),
    refuse(
        "payments_bank_line_kept",
        pgtrigger.Delete,
        "only a line typed by hand can be taken away, while it was never linked",
        condition=pgtrigger.Condition("OLD.source_id IS NOT NULL"),
    ),
    kept("payments_bank_line")[1],
]

# The amount of a document as the bank sees it, and its currency.
_MOVED = """
    SELECT d.id, COALESCE(a.currency, (SELECT e.currency FROM ledger_entry e WHERE e.document_id = d.id LIMIT 1))
               AS currency,
           CASE d.kind
               WHEN 'deposit' THEN COALESCE(
                   (SELECT s.amount FROM payments_deposit s WHERE s.document_id = d.id),
                   (SELECT -c.fee FROM payments_carddeposit c WHERE c.document_id = d.id)
               )
               WHEN 'till' THEN (
                   SELECT -c.amount FROM payments_cashmove c WHERE c.document_id = d.id AND c.kind = 'to_bank'
               )
               WHEN 'payment' THEN (SELECT p.amount FROM payments_payment p WHERE p.document_id = d.id)
               WHEN 'refund' THEN (SELECT -r.amount FROM payments_refund r WHERE r.document_id = d.id)
               WHEN 'incident' THEN (
                   SELECT -p.amount FROM payments_incident i JOIN payments_payment p ON p.id = i.payment_id
                   WHERE i.document_id = d.id
               )
           END AS amount
    FROM ledger_document d LEFT JOIN ledger_clientaccount a ON a.id = d.account_id
"""

BANK_LINK = [
    StrictTrigger(
        name="payments_link_unchanged",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
            IF OLD.undone_by_id IS NOT NULL
                OR to_jsonb(OLD) - 'undone_by_id' IS DISTINCT FROM to_jsonb(NEW) - 'undone_by_id'
            THEN
                {fail("payments_link_unchanged", "a link is undone once, and never changes otherwise")}
            END IF;
            RETURN NEW;
        """,
    ),
    *kept("payments_link"),
    # The transaction is locked, so that of two who link it at once the second sees what the first has linked.
    StrictTrigger(
        name="payments_link_locks",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func="""
            PERFORM 1 FROM payments_banktransaction WHERE id = NEW.transaction_id FOR NO KEY UPDATE;
            RETURN NEW;
        """,
    ),
    StrictTrigger(
        name="payments_link_ties",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update,
        timing=pgtrigger.Deferred,
        declare=[("linked", "record"), ("line", "record")],
        func=f"""
            SELECT t.amount, t.currency INTO line FROM payments_banktransaction t WHERE t.id = NEW.transaction_id;
            SELECT count(*) AS number, count(DISTINCT l.operation_id) AS operations, sum(l.amount) AS total,
                   bool_and((l.amount = m.amount AND m.currency = line.currency) IS TRUE) AS agree
            INTO linked
            FROM payments_banklink l LEFT JOIN ({_MOVED}) m ON m.id = l.document_id
            WHERE l.transaction_id = NEW.transaction_id AND l.undone_by_id IS NULL;
            IF linked.number = 0 THEN
                RETURN NULL;
            END IF;
            IF linked.operations > 1 THEN
                {fail("payments_link_once", "transaction % is linked twice", "NEW.transaction_id")}
            END IF;
            IF (linked.agree AND linked.total = line.amount) IS NOT TRUE THEN
                {fail("payments_link_ties", "transaction % and what it is linked to differ", "NEW.transaction_id")}
            END IF;
            RETURN NULL;
        """,
    ),
]

# A deposit and its lines change once at most: as they are undone.
DEPOSIT = _money_moved("deposit", "id", "document_id", "bank_id", "type_id", "amount", "entry_id")
DEPOSITED = [
    StrictTrigger(
        name="payments_3_deposited_unchanged",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
            IF OLD.released_by_id IS NOT NULL OR OLD.id <> NEW.id
                OR OLD.deposit_id <> NEW.deposit_id OR OLD.payment_id <> NEW.payment_id
            THEN
                {fail("payments_3_deposited_unchanged", "a deposit is undone, never changed")}
            END IF;
            RETURN NEW;
        """,
    ),
    *kept("payments_3_deposited"),
]
CARD_DEPOSIT = _money_moved("card_deposit", "id", "document_id", "bank_id", "amount", "fee", "entry_id")
CASH_MOVE = inserted_once("payments_4_cash_move_once")
CASH_CLOSING = inserted_once("payments_5_closing_once")

# A payment on a deposit that stands is not cancelled: the bank has it.
PAYMENT.append(
    StrictTrigger(
        name="payments_3_deposited_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__cancelled_by__isnull=True, new__cancelled_by__isnull=False),
        func=f"""
            IF EXISTS (SELECT FROM payments_deposited WHERE payment_id = NEW.id AND released_by_id IS NULL) THEN
                {fail("payments_3_deposited_stays", "payment % is on a deposit", "NEW.id")}
            END IF;
            RETURN NEW;
        """,
    )
)
