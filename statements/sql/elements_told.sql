-- Elements, each with its state: what the tab Financier shows. The first state that holds is the one, as in
-- statements/elements.py. What is known of a document is put together by its key rather than joined: then the plan is a
-- good one however many there are, which PostgreSQL can't guess.
-- Parameters, beside those of the documents and items: day, from which « late » is counted; of incidents, one row
-- each, as payments tell them: incidents, bounced (documents of incidents and of their payments), incident_days,
-- incident_states, incident_amounts, incident_lefts; torn, the documents on which an incident has something left.
, posted AS MATERIALIZED (
    SELECT id, max(kind) AS kind, max(day) AS day,
           coalesce(sum(rest) FILTER (WHERE rest > 0 AND is_debit), 0) AS owed,
           coalesce(sum(rest) FILTER (WHERE rest > 0 AND NOT is_debit), 0) AS given,
           coalesce(sum(rest) FILTER (WHERE rest > 0 AND is_debit AND due < %(day)s), 0) AS late,
           coalesce(sum(reserved) FILTER (WHERE reserved > 0), 0) AS reserved,
           sum(CASE WHEN is_debit THEN amount ELSE -amount END) AS net,
           max(amount) AS largest
    FROM (
        SELECT id, kind, day, NULL::boolean AS is_debit, NULL::date AS due, NULL::numeric AS amount,
               NULL::numeric AS reserved, NULL::numeric AS rest
        FROM picked
        UNION ALL
        SELECT document_id, NULL, NULL, is_debit, due, amount, reserved, rest FROM item
    ) AS row
    GROUP BY id
),
incident AS (
    SELECT t.document_id, t.payment_id, t.day, t.amount, t.rest,
           CASE WHEN s.net = 0 THEN 'cancelled' ELSE t.state END AS state
    FROM unnest(
        %(incidents)s::bigint[], %(bounced)s::bigint[], %(incident_days)s::date[], %(incident_states)s::text[],
        %(incident_amounts)s::numeric[], %(incident_lefts)s::numeric[]
    ) AS t (document_id, payment_id, day, state, amount, rest)
    LEFT JOIN posted AS s ON s.id = t.document_id
),
-- What else is known of some: ttc and amount, what they say they come to; credited, by credit notes on them; formal,
-- that they cancel a credit note; undone, that they were cancelled.
fact AS (
    SELECT v.document_id AS id, v.ttc, n.ttc AS credited, NULL::boolean AS formal, NULL::boolean AS undone,
           NULL::numeric AS amount, NULL::bigint AS payment, NULL::text AS incident, NULL::numeric AS incident_rest,
           NULL::date AS bounced_on
    FROM picked AS d
    JOIN invoicing_invoice AS v ON v.document_id = d.id
    JOIN credits_creditnote AS n ON n.invoice_id = v.id
    LEFT JOIN invoicing_invoice AS c ON c.id = n.cancelled_by_id
    WHERE d.kind = 'invoice' AND n.document_id IS NOT NULL
          AND (%(past)s IS NULL OR n.day <= %(past)s)
          AND (n.cancelled_by_id IS NULL OR c.day > %(past)s)
    UNION ALL
    SELECT v.document_id, NULL, NULL, TRUE, NULL, NULL, NULL, NULL, NULL, NULL
    FROM picked AS d
    JOIN invoicing_invoice AS v ON v.document_id = d.id
    JOIN credits_creditnote AS n ON n.cancelled_by_id = v.id
    WHERE d.kind = 'invoice'
    UNION ALL
    SELECT n.document_id, NULL, NULL, NULL, n.cancelled_by_id IS NOT NULL AND (%(past)s IS NULL OR c.day <= %(past)s),
           n.ttc, NULL, NULL, NULL, NULL
    FROM picked AS d
    JOIN credits_creditnote AS n ON n.document_id = d.id
    LEFT JOIN invoicing_invoice AS c ON c.id = n.cancelled_by_id
    WHERE d.kind = 'credit_note'
    UNION ALL
    -- What comes to nothing: cancelled, or a set-off. All else comes to what it says, and need not be looked up.
    SELECT p.document_id, NULL, NULL, NULL, p.cancelled_by_id IS NOT NULL AND (%(past)s IS NULL OR o.day <= %(past)s),
           p.amount, p.id, NULL, NULL, NULL
    FROM posted AS d
    JOIN payments_payment AS p ON p.document_id = d.id
    LEFT JOIN ledger_operation AS o ON o.id = p.cancelled_by_id
    WHERE d.kind = 'payment' AND coalesce(d.net, 0) = 0
    UNION ALL
    SELECT f.document_id, NULL, NULL, NULL, NULL, f.amount, NULL, NULL, NULL, NULL
    FROM posted AS d
    JOIN payments_refund AS f ON f.document_id = d.id
    WHERE d.kind = 'refund' AND coalesce(d.net, 0) = 0
    UNION ALL
    SELECT document_id, NULL, NULL, NULL, NULL, amount, NULL, state, rest, NULL FROM incident
    UNION ALL
    SELECT payment_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, day FROM incident WHERE state <> 'cancelled'
),
known AS (
    SELECT id, max(kind) AS kind, max(day) AS day, max(owed) AS owed, max(given) AS given, max(late) AS late,
           max(reserved) AS reserved, max(net) AS net, max(largest) AS largest, max(ttc) AS ttc,
           sum(credited) AS credited, bool_or(formal) AS formal, bool_or(undone) AS undone, max(amount) AS amount,
           max(payment) AS payment, max(incident) AS incident, max(incident_rest) AS incident_rest,
           max(bounced_on) AS bounced_on
    FROM (
        SELECT id, kind, day, owed, given, late, reserved, net, largest, NULL::numeric AS ttc,
               NULL::numeric AS credited, NULL::boolean AS formal, NULL::boolean AS undone, NULL::numeric AS amount,
               NULL::bigint AS payment, NULL::text AS incident, NULL::numeric AS incident_rest,
               NULL::date AS bounced_on
        FROM posted
        UNION ALL
        SELECT id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, ttc, credited, formal, undone, amount, payment,
               incident, incident_rest, bounced_on
        FROM fact
    ) AS row
    GROUP BY id
),
told AS (
    SELECT d.id, d.kind, d.day, d.owed, d.late, d.reserved,
           CASE d.kind
               WHEN 'invoice' THEN 'facture'
               WHEN 'credit_note' THEN 'avoir'
               WHEN 'payment' THEN 'paiement'
               WHEN 'refund' THEN 'remboursement'
               WHEN 'incident' THEN 'incident'
               WHEN 'opening' THEN CASE WHEN d.net < 0 THEN 'avoir' ELSE 'facture' END
               ELSE ''
           END AS type,
           CASE d.kind
               WHEN 'invoice' THEN coalesce(d.net, 0)
               WHEN 'credit_note' THEN coalesce(d.amount, -d.net)
               WHEN 'payment' THEN coalesce(d.amount, -d.net)
               WHEN 'refund' THEN coalesce(d.amount, d.net)
               WHEN 'incident' THEN coalesce(d.amount, d.net)
               ELSE coalesce(nullif(abs(d.net), 0), d.largest, 0)
           END AS amount,
           CASE d.kind WHEN 'incident' THEN coalesce(d.incident_rest, 0) ELSE d.owed + d.given END AS rest,
           CASE d.kind
               WHEN 'invoice' THEN CASE
                   WHEN d.formal THEN 'formal'
                   WHEN d.ttc > 0 AND d.credited >= d.ttc THEN 'cancelled'
                   WHEN d.id = ANY(%(torn)s::bigint[]) THEN 'bounced'
                   WHEN d.owed = 0 THEN 'paid'
                   WHEN d.late > 0 THEN 'late'
                   WHEN d.owed < d.net THEN 'part_paid'
                   ELSE 'awaiting'
               END
               WHEN 'credit_note' THEN CASE
                   WHEN d.undone OR d.net = 0 THEN 'cancelled'
                   WHEN d.given > 0 AND d.given < coalesce(d.amount, -d.net) THEN 'part_used'
                   WHEN d.given > 0 THEN 'to_use'
                   WHEN (
                       SELECT o.kind
                       FROM ledger_document AS x
                       JOIN ledger_operation AS o ON o.id = x.operation_id
                       WHERE x.id = d.id
                   ) = 'cancel_invoice' THEN 'cancels'
                   ELSE 'used'
               END
               WHEN 'payment' THEN CASE
                   WHEN d.undone OR d.net = 0 THEN CASE
                       WHEN EXISTS (SELECT FROM payments_payment AS r WHERE r.replaces_id = d.payment) THEN 'replaced'
                       ELSE 'cancelled'
                   END
                   WHEN d.bounced_on IS NOT NULL THEN 'bounced'
                   WHEN d.given > 0 THEN 'to_use'
                   ELSE 'settled'
               END
               WHEN 'refund' THEN CASE
                   WHEN d.net = 0 THEN 'cancelled'
                   WHEN d.owed > 0 THEN 'owed'
                   ELSE 'done'
               END
               WHEN 'incident' THEN coalesce(d.incident, CASE WHEN d.owed > 0 THEN 'open' ELSE 'settled' END)
               WHEN 'opening' THEN CASE
                   WHEN coalesce(d.net, 0) = 0 THEN 'cancelled'
                   WHEN d.late > 0 THEN 'late'
                   WHEN d.owed > 0 THEN 'awaiting'
                   WHEN d.given > 0 THEN 'to_use'
                   ELSE 'settled'
               END
               ELSE CASE WHEN d.net = 0 THEN 'cancelled' ELSE 'done' END
           END AS state,
           d.bounced_on
    FROM known AS d
    WHERE d.kind IS NOT NULL
)
