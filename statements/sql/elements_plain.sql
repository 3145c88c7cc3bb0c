-- Of each kind the plain documents counted and added up, open ones apart, and the keys of all others. Plain is what no
-- incident touches and what cannot have been cancelled: an invoice, a payment or a refund of which the sums of its items
-- say enough, so that the state of each, most of a large account, need not be told. A payment or refund that comes to
-- nothing, as a set-off does, may have been cancelled: it is no plain one.
-- Parameters, beside those of the documents and items: client; day, from which « late » is counted; apart, the documents
-- that an incident touches.
, undone AS MATERIALIZED (
    SELECT v.document_id
    FROM credits_creditnote AS n
    JOIN invoicing_invoice AS v ON v.id = n.invoice_id
    WHERE n.client_id = %(client)s AND v.document_id IS NOT NULL
    GROUP BY v.id
    HAVING sum(n.ttc) >= v.ttc
    UNION ALL
    SELECT v.document_id
    FROM credits_creditnote AS n
    JOIN invoicing_invoice AS v ON v.id = n.cancelled_by_id
    WHERE n.client_id = %(client)s AND v.document_id IS NOT NULL
)
SELECT kind, is_plain, is_open, count(*) AS number, sum(CASE kind WHEN 'payment' THEN -net ELSE net END) AS amount,
       coalesce(sum(late), 0) AS late, count(late) AS late_number, array_agg(id) FILTER (WHERE NOT is_plain) AS keys
FROM (
    SELECT d.id, d.kind, coalesce(s.net, 0) AS net, s.late,
           (d.kind = 'invoice' OR d.kind IN ('payment', 'refund') AND coalesce(s.net, 0) <> 0)
           AND d.id <> ALL(%(apart)s::bigint[]) AND d.id NOT IN (SELECT document_id FROM undone) AS is_plain,
           coalesce(CASE d.kind WHEN 'payment' THEN s.given ELSE s.owed END, FALSE) AS is_open
    FROM picked AS d
    LEFT JOIN (
        SELECT document_id, sum(CASE WHEN is_debit THEN amount ELSE -amount END) AS net,
               bool_or(is_debit AND rest > 0) AS owed, bool_or(NOT is_debit AND rest > 0) AS given,
               sum(CASE WHEN is_debit AND rest > 0 AND due < %(day)s THEN rest END) AS late
        FROM item
        GROUP BY document_id
    ) AS s ON s.document_id = d.id
) AS document
GROUP BY kind, is_plain, is_open
