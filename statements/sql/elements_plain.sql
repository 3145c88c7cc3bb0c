-- Of each kind the plain documents counted and added up, overdue ones apart; and the keys of all others. They are
-- counted without telling the state of each: their items say all that is asked of them together.
-- Parameters, beside those of the documents, of what stands apart and of the items: day, from which « late » is counted.
, sorted AS MATERIALIZED (
    SELECT id, kind, kind IN ('invoice', 'payment', 'refund') AND id NOT IN (SELECT id FROM apart) AS is_plain
    FROM picked
)
SELECT n.kind, n.is_plain, n.number, n.keys, coalesce(s.amount, 0) AS amount, coalesce(l.late, 0) AS late,
       coalesce(l.late_number, 0) AS late_number
FROM (
    SELECT kind, is_plain, count(*) AS number, array_agg(id) FILTER (WHERE NOT is_plain) AS keys
    FROM sorted
    GROUP BY kind, is_plain
) AS n
LEFT JOIN (
    SELECT d.kind, sum(CASE WHEN i.is_debit = (d.kind <> 'payment') THEN i.amount ELSE -i.amount END) AS amount
    FROM item AS i
    JOIN sorted AS d ON d.id = i.document_id
    WHERE d.is_plain
    GROUP BY d.kind
) AS s ON s.kind = n.kind AND n.is_plain
LEFT JOIN (
    SELECT kind, count(*) AS late_number, sum(late) AS late
    FROM (
        SELECT d.id, d.kind, sum(i.rest) AS late
        FROM item AS i
        JOIN sorted AS d ON d.id = i.document_id
        WHERE d.kind = 'invoice' AND d.is_plain AND i.is_debit AND i.rest > 0 AND i.due < %(day)s
        GROUP BY d.id, d.kind
    ) AS invoice
    GROUP BY kind
) AS l ON l.kind = n.kind AND n.is_plain
