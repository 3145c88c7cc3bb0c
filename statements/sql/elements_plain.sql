-- Of each kind the plain documents counted and added up, overdue invoices apart; and the keys of all others. They are
-- counted without telling the state of each: their items say all that is asked of them together.
-- Parameters, beside those of the documents, of what stands apart and of the items: day, from which « late » is counted.
, sorted AS MATERIALIZED (
    SELECT id, kind,
           CASE WHEN id NOT IN (SELECT id FROM apart) THEN
               CASE kind WHEN 'invoice' THEN 1 WHEN 'payment' THEN 2 WHEN 'refund' THEN 3 WHEN 'credit_note' THEN 4 END
           END AS plain
    FROM picked
),
total AS (
    SELECT sum(CASE WHEN i.is_debit THEN i.amount ELSE -i.amount END) FILTER (WHERE d.plain = 1) AS invoiced,
           sum(CASE WHEN i.is_debit THEN -i.amount ELSE i.amount END) FILTER (WHERE d.plain = 2) AS paid,
           sum(CASE WHEN i.is_debit THEN i.amount ELSE -i.amount END) FILTER (WHERE d.plain = 3) AS refunded,
           sum(CASE WHEN i.is_debit THEN -i.amount ELSE i.amount END) FILTER (WHERE d.plain = 4) AS credited,
           sum(i.rest) FILTER (WHERE d.plain = 1 AND i.is_debit AND i.due < %(day)s) AS late,
           count(DISTINCT d.id)
               FILTER (WHERE d.plain = 1 AND i.is_debit AND i.rest > 0 AND i.due < %(day)s) AS late_number
    FROM item AS i
    JOIN sorted AS d ON d.id = i.document_id
)
SELECT n.plain IS NOT NULL AS is_plain, n.kind, n.number, n.keys,
       coalesce(
           CASE n.plain WHEN 1 THEN t.invoiced WHEN 2 THEN t.paid WHEN 3 THEN t.refunded WHEN 4 THEN t.credited END, 0
       ) AS amount,
       CASE n.plain WHEN 1 THEN coalesce(t.late, 0) ELSE 0 END AS late,
       CASE n.plain WHEN 1 THEN t.late_number ELSE 0 END AS late_number
FROM (
    SELECT plain, min(kind) AS kind, count(*) AS number, array_agg(id) FILTER (WHERE plain IS NULL) AS keys
    FROM sorted
    GROUP BY plain
) AS n
CROSS JOIN total AS t
