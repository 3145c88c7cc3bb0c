-- Elements of one account on a day, each with its state: what the tab Financier shows and counts. The first state that
-- holds is the one, as in statements/elements.py. First documents are picked, newest first from a place on, then all
-- else is read of those alone: of so many however many there are, or of all where no limit is set.
-- Parameters: account, client; day, from which « late » is counted; past, the day again if it is a past one, to its end,
-- else NULL; kinds, start, end and among, which documents have to be of (NULL: any); after_day, after_id and limit; of
-- incidents, one row each, as payments tell them: incidents, bounced (documents of incidents and of their payments),
-- incident_days, incident_states, incident_amounts, incident_lefts; torn, the documents on which an incident has
-- something left.
WITH picked AS MATERIALIZED (
    SELECT d.id, d.kind, d.day
    FROM ledger_document AS d
    WHERE d.account_id = %(account)s
          AND (%(past)s IS NULL OR d.day <= %(past)s)
          AND (%(start)s IS NULL OR d.day >= %(start)s)
          AND (%(end)s IS NULL OR d.day <= %(end)s)
          AND (%(after_day)s IS NULL OR (d.day, d.id) < (%(after_day)s::date, %(after_id)s::bigint))
          AND (%(kinds)s::text[] IS NULL OR d.kind = ANY(%(kinds)s::text[]))
          AND (%(among)s::bigint[] IS NULL OR d.id = ANY(%(among)s::bigint[]))
    ORDER BY d.day DESC, d.id DESC
    LIMIT %(limit)s
),
moved AS (
    SELECT item, sum(amount) AS amount
    FROM (
        SELECT unnest(ARRAY[debit_id, credit_id]) AS item, amount
        FROM ledger_allocation
        WHERE account_id = %(account)s AND detached_on IS NULL AND day > %(past)s
        UNION ALL
        SELECT unnest(ARRAY[debit_id, credit_id]), -amount
        FROM ledger_allocation
        WHERE account_id = %(account)s AND detached_on > %(past)s AND day <= %(past)s
    ) AS later
    GROUP BY item
),
-- All items of the account where all documents are looked at, else those of the picked, by their own index.
item AS (
    SELECT i.document_id, i.is_debit, i.due, i.amount, i.reserved, i.open + coalesce(m.amount, 0) AS rest
    FROM (
        SELECT line_id, document_id, is_debit, day, due, amount, open, reserved
        FROM ledger_openitem
        WHERE account_id = %(account)s AND %(limit)s IS NULL
        UNION ALL
        SELECT line_id, document_id, is_debit, day, due, amount, open, reserved
        FROM ledger_openitem
        WHERE document_id IN (SELECT id FROM picked UNION SELECT unnest(%(incidents)s::bigint[]))
              AND %(limit)s IS NOT NULL
    ) AS i
    LEFT JOIN moved AS m ON m.item = i.line_id
    WHERE %(past)s IS NULL OR i.day <= %(past)s
),
posted AS (
    SELECT document_id,
           coalesce(sum(rest) FILTER (WHERE rest > 0 AND is_debit), 0) AS owed,
           coalesce(sum(rest) FILTER (WHERE rest > 0 AND NOT is_debit), 0) AS given,
           coalesce(sum(rest) FILTER (WHERE rest > 0 AND is_debit AND due < %(day)s), 0) AS late,
           coalesce(sum(reserved) FILTER (WHERE reserved > 0), 0) AS reserved,
           sum(CASE WHEN is_debit THEN amount ELSE -amount END) AS net,
           max(amount) AS largest
    FROM item
    GROUP BY document_id
),
-- What comes to nothing: cancelled, or a set-off. All else comes to what it says, and need not be looked up.
void AS MATERIALIZED (
    SELECT d.id, d.kind
    FROM picked AS d
    LEFT JOIN posted AS s ON s.document_id = d.id
    WHERE coalesce(s.net, 0) = 0 AND d.kind IN ('payment', 'refund')
),
credited AS MATERIALIZED (
    SELECT v.document_id, v.ttc, sum(n.ttc) AS credited
    FROM picked AS d
    JOIN invoicing_invoice AS v ON v.document_id = d.id
    JOIN credits_creditnote AS n ON n.invoice_id = v.id
    LEFT JOIN invoicing_invoice AS c ON c.id = n.cancelled_by_id
    WHERE d.kind = 'invoice' AND n.client_id = %(client)s AND n.document_id IS NOT NULL
          AND (%(past)s IS NULL OR n.day <= %(past)s)
          AND (n.cancelled_by_id IS NULL OR c.day > %(past)s)
    GROUP BY v.document_id, v.ttc
),
formal AS MATERIALIZED (
    SELECT v.document_id
    FROM picked AS d
    JOIN invoicing_invoice AS v ON v.document_id = d.id
    JOIN credits_creditnote AS n ON n.cancelled_by_id = v.id
    WHERE d.kind = 'invoice' AND n.client_id = %(client)s
),
note AS MATERIALIZED (
    SELECT n.document_id, n.ttc, n.cancelled_by_id IS NOT NULL AND (%(past)s IS NULL OR c.day <= %(past)s) AS undone
    FROM picked AS d
    JOIN credits_creditnote AS n ON n.document_id = d.id
    LEFT JOIN invoicing_invoice AS c ON c.id = n.cancelled_by_id
    WHERE d.kind = 'credit_note' AND n.client_id = %(client)s
),
payment AS MATERIALIZED (
    SELECT p.id, p.document_id, p.amount,
           p.cancelled_by_id IS NOT NULL AND (%(past)s IS NULL OR o.day <= %(past)s) AS undone
    FROM void AS d
    JOIN payments_payment AS p ON p.document_id = d.id
    LEFT JOIN ledger_operation AS o ON o.id = p.cancelled_by_id
),
refund AS MATERIALIZED (
    SELECT f.document_id, f.amount
    FROM void AS d
    JOIN payments_refund AS f ON f.document_id = d.id
),
incident AS (
    SELECT t.document_id, t.payment_id, t.day, t.amount, t.rest,
           CASE WHEN s.net = 0 THEN 'cancelled' ELSE t.state END AS state
    FROM unnest(
        %(incidents)s::bigint[], %(bounced)s::bigint[], %(incident_days)s::date[], %(incident_states)s::text[],
        %(incident_amounts)s::numeric[], %(incident_lefts)s::numeric[]
    ) AS t (document_id, payment_id, day, state, amount, rest)
    LEFT JOIN posted AS s ON s.document_id = t.document_id
),
told AS (
    SELECT d.id, d.kind, d.day,
           coalesce(s.owed, 0) AS owed, coalesce(s.late, 0) AS late, coalesce(s.reserved, 0) AS reserved,
           CASE d.kind
               WHEN 'invoice' THEN 'facture'
               WHEN 'credit_note' THEN 'avoir'
               WHEN 'payment' THEN 'paiement'
               WHEN 'refund' THEN 'remboursement'
               WHEN 'incident' THEN 'incident'
               WHEN 'opening' THEN CASE WHEN s.net < 0 THEN 'avoir' ELSE 'facture' END
               ELSE ''
           END AS type,
           CASE d.kind
               WHEN 'invoice' THEN coalesce(s.net, 0)
               WHEN 'credit_note' THEN coalesce(n.ttc, -s.net)
               WHEN 'payment' THEN coalesce(p.amount, -s.net)
               WHEN 'refund' THEN coalesce(f.amount, s.net)
               WHEN 'incident' THEN coalesce(i.amount, s.net)
               ELSE coalesce(nullif(abs(s.net), 0), s.largest, 0)
           END AS amount,
           CASE d.kind WHEN 'incident' THEN coalesce(i.rest, 0) ELSE coalesce(s.owed + s.given, 0) END AS rest,
           CASE d.kind
               WHEN 'invoice' THEN CASE
                   WHEN v.document_id IS NOT NULL THEN 'formal'
                   WHEN c.ttc > 0 AND c.credited >= c.ttc THEN 'cancelled'
                   WHEN d.id = ANY(%(torn)s::bigint[]) THEN 'bounced'
                   WHEN coalesce(s.owed, 0) = 0 THEN 'paid'
                   WHEN s.late > 0 THEN 'late'
                   WHEN s.owed < s.net THEN 'part_paid'
                   ELSE 'awaiting'
               END
               WHEN 'credit_note' THEN CASE
                   WHEN n.undone OR s.net = 0 THEN 'cancelled'
                   WHEN s.given > 0 AND s.given < coalesce(n.ttc, -s.net) THEN 'part_used'
                   WHEN s.given > 0 THEN 'to_use'
                   WHEN (
                       SELECT o.kind
                       FROM ledger_document AS x
                       JOIN ledger_operation AS o ON o.id = x.operation_id
                       WHERE x.id = d.id
                   ) = 'cancel_invoice' THEN 'cancels'
                   ELSE 'used'
               END
               WHEN 'payment' THEN CASE
                   WHEN p.undone OR s.net = 0 THEN CASE
                       WHEN EXISTS (SELECT FROM payments_payment AS r WHERE r.replaces_id = p.id) THEN 'replaced'
                       ELSE 'cancelled'
                   END
                   WHEN b.day IS NOT NULL THEN 'bounced'
                   WHEN s.given > 0 THEN 'to_use'
                   ELSE 'settled'
               END
               WHEN 'refund' THEN CASE
                   WHEN s.net = 0 THEN 'cancelled'
                   WHEN s.owed > 0 THEN 'owed'
                   ELSE 'done'
               END
               WHEN 'incident' THEN coalesce(i.state, CASE WHEN s.owed > 0 THEN 'open' ELSE 'settled' END)
               WHEN 'opening' THEN CASE
                   WHEN coalesce(s.net, 0) = 0 THEN 'cancelled'
                   WHEN s.late > 0 THEN 'late'
                   WHEN s.owed > 0 THEN 'awaiting'
                   WHEN s.given > 0 THEN 'to_use'
                   ELSE 'settled'
               END
               ELSE CASE WHEN s.net = 0 THEN 'cancelled' ELSE 'done' END
           END AS state,
           b.day AS bounced_on
    FROM picked AS d
    LEFT JOIN posted AS s ON s.document_id = d.id
    LEFT JOIN credited AS c ON c.document_id = d.id
    LEFT JOIN formal AS v ON v.document_id = d.id
    LEFT JOIN note AS n ON n.document_id = d.id
    LEFT JOIN payment AS p ON p.document_id = d.id
    LEFT JOIN refund AS f ON f.document_id = d.id
    LEFT JOIN incident AS i ON i.document_id = d.id
    LEFT JOIN (
        SELECT payment_id, max(day) AS day FROM incident WHERE state <> 'cancelled' GROUP BY payment_id
    ) AS b ON b.payment_id = d.id
)
