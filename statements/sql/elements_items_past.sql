-- The items of the documents as they were on a past day: all of the account where all its documents are looked at, else those of the picked
-- ones by their own index.
-- Parameters, beside those of the documents: whole, whether all are looked at; incidents, the documents of its incidents.
, moved AS (
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
    FROM (
        SELECT line_id, document_id, is_debit, day, due, amount, reserved, open
        FROM ledger_openitem
        WHERE account_id = %(account)s AND %(whole)s
        UNION ALL
        SELECT line_id, document_id, is_debit, day, due, amount, reserved, open
        FROM ledger_openitem
        WHERE document_id IN (SELECT id FROM picked UNION SELECT unnest(%(incidents)s::bigint[])) AND NOT %(whole)s
    ) AS i
    LEFT JOIN moved AS m ON m.item = i.line_id
    WHERE i.day <= %(past)s
)
