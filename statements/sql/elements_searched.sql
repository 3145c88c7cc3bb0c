-- The documents that articles are found in: invoices and credit notes by their lines, and what settles those or did,
-- detached or not: payments and set-offs, refunds. labels: of the lines that match.
WITH named AS (
    SELECT v.document_id
    FROM invoicing_invoice AS v
    JOIN invoicing_invoiceline AS l ON l.invoice_id = v.id
    WHERE v.client_id = %(client)s AND v.document_id IS NOT NULL AND l.label = ANY(%(labels)s::text[])
    UNION
    SELECT n.document_id
    FROM credits_creditnote AS n
    JOIN credits_creditnoteline AS l ON l.credit_note_id = n.id
    WHERE n.client_id = %(client)s AND n.document_id IS NOT NULL AND l.label = ANY(%(labels)s::text[])
),
item AS MATERIALIZED (
    SELECT line_id, document_id FROM ledger_openitem WHERE account_id = %(account)s
),
uses AS (
    SELECT a.document_id AS made_by, d.document_id AS debit, c.document_id AS credit
    FROM ledger_allocation AS a
    JOIN item AS d ON d.line_id = a.debit_id
    JOIN item AS c ON c.line_id = a.credit_id
    WHERE a.account_id = %(account)s
),
settling AS (
    SELECT u.made_by AS document_id FROM uses AS u
    WHERE u.debit IN (SELECT document_id FROM named) OR u.credit IN (SELECT document_id FROM named)
    UNION
    SELECT u.credit FROM uses AS u WHERE u.debit IN (SELECT document_id FROM named)
    UNION
    SELECT u.debit FROM uses AS u WHERE u.credit IN (SELECT document_id FROM named)
)
SELECT document_id FROM named
UNION
SELECT s.document_id
FROM settling AS s
JOIN ledger_document AS d ON d.id = s.document_id
WHERE d.account_id = %(account)s AND d.kind IN ('payment', 'refund')
