-- The items of the documents: all of the account where all its documents are looked at, else those of the picked
-- ones by their own index.
-- Parameters, beside those of the documents: whole, whether all are looked at; incidents, the documents of its incidents.
, item AS (
    SELECT document_id, is_debit, due, amount, reserved, open AS rest
    FROM ledger_openitem
    WHERE account_id = %(account)s AND %(whole)s
    UNION ALL
    SELECT document_id, is_debit, due, amount, reserved, open AS rest
    FROM ledger_openitem
    WHERE document_id IN (SELECT id FROM picked UNION SELECT unnest(%(incidents)s::bigint[])) AND NOT %(whole)s
)
