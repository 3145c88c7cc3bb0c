-- Payments and set-offs, and refunds, that settle documents of an account or did, detached or not. named: the documents.
WITH item AS MATERIALIZED (
    SELECT line_id, document_id FROM ledger_openitem WHERE account_id = %(account)s
),
uses AS MATERIALIZED (
    SELECT a.document_id AS made_by, a.debit_id, a.credit_id
    FROM item AS i
    JOIN ledger_allocation AS a ON a.debit_id = i.line_id
    WHERE i.document_id = ANY(%(named)s::bigint[])
    UNION ALL
    SELECT a.document_id, a.debit_id, a.credit_id
    FROM item AS i
    JOIN ledger_allocation AS a ON a.credit_id = i.line_id
    WHERE i.document_id = ANY(%(named)s::bigint[])
),
settling AS (
    SELECT made_by AS document_id FROM uses
    UNION
    SELECT i.document_id FROM uses AS u JOIN item AS i ON i.line_id = u.debit_id
    UNION
    SELECT i.document_id FROM uses AS u JOIN item AS i ON i.line_id = u.credit_id
)
SELECT s.document_id
FROM settling AS s
JOIN ledger_document AS d ON d.id = s.document_id
WHERE d.account_id = %(account)s AND d.kind IN ('payment', 'refund')
