-- The items of all documents of the account.
-- Parameters, beside those of the documents: none.
, item AS NOT MATERIALIZED (
    SELECT document_id, is_debit, due, amount, open AS rest
    FROM ledger_openitem
    WHERE account_id = %(account)s
)
