-- The elements of one account on a day, each with its state: what the tab Financier shows and counts. The first state
-- that holds is the one, as in statements/elements.py. Parameters: account, client; day, from which « late » is counted;
-- past, the day again if it is a past one, to its end, else NULL; of incidents, one row each, as payments tell them:
-- incidents, bounced (documents of incidents and of their payments), incident_states, incident_lefts; torn, the documents
-- on which an incident has something left.
WITH moved AS (
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
item AS (
    SELECT i.document_id, i.is_debit, i.due, i.amount, i.reserved, i.open + coalesce(m.amount, 0) AS rest
    FROM ledger_openitem AS i
    LEFT JOIN moved AS m ON m.item = i.line_id
    WHERE i.account_id = %(account)s AND (%(past)s IS NULL OR i.day <= %(past)s)
),
posted AS (
    SELECT document_id,
           coalesce(sum(rest) FILTER (WHERE is_debit), 0) AS owed,
           coalesce(sum(rest) FILTER (WHERE NOT is_debit), 0) AS given,
           coalesce(sum(rest) FILTER (WHERE is_debit AND due < %(day)s), 0) AS late,
           coalesce(sum(reserved), 0) AS reserved,
           sum(CASE WHEN is_debit THEN amount ELSE -amount END) AS net,
           max(amount) AS largest
    FROM item
    GROUP BY document_id
),
credited AS (
    SELECT n.invoice_id, sum(n.ttc) AS ttc
    FROM credits_creditnote AS n
    LEFT JOIN invoicing_invoice AS c ON c.id = n.cancelled_by_id
    WHERE n.client_id = %(client)s AND n.invoice_id IS NOT NULL AND n.document_id IS NOT NULL
          AND (%(past)s IS NULL OR n.day <= %(past)s)
          AND (n.cancelled_by_id IS NULL OR c.day > %(past)s)
    GROUP BY n.invoice_id
),
invoice AS (
    SELECT v.document_id, v.ttc, coalesce(c.ttc, 0) AS credited, f.id IS NOT NULL AS formal
    FROM invoicing_invoice AS v
    LEFT JOIN credited AS c ON c.invoice_id = v.id
    LEFT JOIN credits_creditnote AS f ON f.cancelled_by_id = v.id AND f.client_id = %(client)s
    WHERE v.client_id = %(client)s AND v.document_id IS NOT NULL
),
note AS (
    SELECT n.document_id, n.ttc, n.cancelled_by_id IS NOT NULL AND (%(past)s IS NULL OR c.day <= %(past)s) AS undone
    FROM credits_creditnote AS n
    LEFT JOIN invoicing_invoice AS c ON c.id = n.cancelled_by_id
    WHERE n.client_id = %(client)s AND n.document_id IS NOT NULL
),
payment AS (
    SELECT p.id, p.document_id, p.amount,
           p.cancelled_by_id IS NOT NULL AND (%(past)s IS NULL OR o.day <= %(past)s) AS undone
    FROM payments_payment AS p
    LEFT JOIN ledger_operation AS o ON o.id = p.cancelled_by_id
    WHERE p.client_id = %(client)s
),
refund AS (
    SELECT f.document_id, f.amount,
           f.cancelled_by_id IS NOT NULL AND (%(past)s IS NULL OR o.day <= %(past)s) AS undone
    FROM payments_refund AS f
    LEFT JOIN ledger_operation AS o ON o.id = f.cancelled_by_id
    WHERE f.client_id = %(client)s
),
incident AS (
    SELECT t.document_id, t.payment_id, t.amount, t.rest,
           CASE WHEN s.net = 0 THEN 'cancelled' ELSE t.state END AS state
    FROM unnest(
        %(incidents)s::bigint[], %(bounced)s::bigint[], %(incident_states)s::text[],
        %(incident_amounts)s::numeric[], %(incident_lefts)s::numeric[]
    ) AS t (document_id, payment_id, state, amount, rest)
    LEFT JOIN posted AS s ON s.document_id = t.document_id
),
told AS MATERIALIZED (
    SELECT d.id, d.kind, d.day,
           coalesce(s.owed, 0) AS owed, coalesce(s.given, 0) AS given, coalesce(s.late, 0) AS late,
           coalesce(s.reserved, 0) AS reserved,
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
               WHEN 'invoice' THEN coalesce(v.ttc, s.net)
               WHEN 'credit_note' THEN coalesce(n.ttc, -s.net)
               WHEN 'payment' THEN coalesce(p.amount, -s.net)
               WHEN 'refund' THEN coalesce(f.amount, s.net)
               WHEN 'incident' THEN coalesce(i.amount, s.net)
               ELSE coalesce(nullif(abs(s.net), 0), s.largest, 0)
           END AS amount,
           CASE d.kind WHEN 'incident' THEN coalesce(i.rest, 0) ELSE coalesce(s.owed + s.given, 0) END AS rest,
           CASE d.kind
               WHEN 'invoice' THEN CASE
                   WHEN v.formal THEN 'formal'
                   WHEN v.ttc > 0 AND v.credited >= v.ttc THEN 'cancelled'
                   WHEN d.id = ANY(%(torn)s::bigint[]) THEN 'bounced'
                   WHEN coalesce(s.owed, 0) = 0 THEN 'paid'
                   WHEN s.late > 0 THEN 'late'
                   WHEN s.owed < coalesce(v.ttc, s.net) THEN 'part_paid'
                   ELSE 'awaiting'
               END
               WHEN 'credit_note' THEN CASE
                   WHEN n.undone OR s.net = 0 THEN 'cancelled'
                   WHEN s.given > 0 AND s.given < coalesce(n.ttc, -s.net) THEN 'part_used'
                   WHEN s.given > 0 THEN 'to_use'
                   WHEN (SELECT o.kind FROM ledger_operation AS o WHERE o.id = d.operation_id) = 'cancel_invoice'
                       THEN 'cancels'
                   ELSE 'used'
               END
               WHEN 'payment' THEN CASE
                   WHEN p.undone OR s.net = 0 THEN CASE
                       WHEN EXISTS (SELECT FROM payments_payment AS r WHERE r.replaces_id = p.id) THEN 'replaced'
                       ELSE 'cancelled'
                   END
                   WHEN b.payment_id IS NOT NULL THEN 'bounced'
                   WHEN s.given > 0 THEN 'to_use'
                   ELSE 'settled'
               END
               WHEN 'refund' THEN CASE
                   WHEN f.undone OR s.net = 0 THEN 'cancelled'
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
    FROM ledger_document AS d
    LEFT JOIN posted AS s ON s.document_id = d.id
    LEFT JOIN invoice AS v ON v.document_id = d.id
    LEFT JOIN note AS n ON n.document_id = d.id
    LEFT JOIN payment AS p ON p.document_id = d.id
    LEFT JOIN refund AS f ON f.document_id = d.id
    LEFT JOIN incident AS i ON i.document_id = d.id
    LEFT JOIN (
        SELECT i.payment_id, max(x.day) AS day
        FROM incident AS i
        JOIN ledger_document AS x ON x.id = i.document_id
        WHERE i.state <> 'cancelled'
        GROUP BY i.payment_id
    ) AS b ON b.payment_id = d.id
    WHERE d.account_id = %(account)s AND (%(past)s IS NULL OR d.day <= %(past)s)
),
element AS MATERIALIZED (
    SELECT *
    FROM told
    WHERE kind || ':' || state = ANY(%(passing)s::text[])
          AND (%(types)s::text[] IS NULL OR type = ANY(%(types)s::text[]))
          AND (%(start)s IS NULL OR day >= %(start)s)
          AND (%(end)s IS NULL OR day <= %(end)s)
          AND (%(found)s::bigint[] IS NULL OR id = ANY(%(found)s::bigint[]))
)
