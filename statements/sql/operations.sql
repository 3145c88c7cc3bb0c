-- The documents of an account ($1) as time_line has them today, newest first: so many ($2) after so many ($3).
SELECT d.id, d.kind, d.reference, d.day,
       (SELECT name FROM ledger_party WHERE id = d.party_id) AS party,
       coalesce(money.amount, 0) AS amount,
       -- What it came to before what cancelled it is asked for only where nothing remains.
       CASE WHEN money.amount = 0 THEN (
           SELECT sum(CASE WHEN i.is_debit THEN i.amount ELSE -i.amount END)
           FROM ledger_openitem i JOIN ledger_line l ON l.id = i.line_id JOIN ledger_entry e ON e.id = l.entry_id
           WHERE i.document_id = d.id AND e.reverses_id IS NULL
       ) ELSE money.amount END AS posted,
       coalesce(money.remains, 0) AS remains,
       CASE d.kind WHEN 'payment' THEN (
           SELECT own.day FROM payments_payment p JOIN payments_incident i ON i.payment_id = p.id
           JOIN ledger_document own ON own.id = i.document_id
           WHERE p.document_id = d.id AND i.cancelled_by_id IS NULL ORDER BY own.day DESC LIMIT 1
       ) END AS bounced_on,
       CASE d.kind
           WHEN 'payment' THEN EXISTS (
               SELECT FROM payments_payment WHERE document_id = d.id AND cancelled_by_id IS NOT NULL)
           WHEN 'refund' THEN EXISTS (
               SELECT FROM payments_refund WHERE document_id = d.id AND cancelled_by_id IS NOT NULL)
           WHEN 'incident' THEN EXISTS (
               SELECT FROM payments_incident WHERE document_id = d.id AND cancelled_by_id IS NOT NULL)
           WHEN 'credit_note' THEN EXISTS (
               SELECT FROM credits_creditnote WHERE document_id = d.id AND cancelled_by_id IS NOT NULL)
           ELSE FALSE
       END AS undone
FROM (
    SELECT id, kind, reference, day, party_id FROM ledger_document
    WHERE account_id = $1 ORDER BY day DESC, id DESC LIMIT $2 OFFSET $3
) AS d
LEFT JOIN LATERAL (
    SELECT sum(CASE WHEN is_debit THEN amount ELSE -amount END) AS amount,
           sum(CASE WHEN is_debit THEN open ELSE -open END) AS remains
    FROM ledger_openitem WHERE document_id = d.id
) AS money ON TRUE
ORDER BY d.day DESC, d.id DESC
