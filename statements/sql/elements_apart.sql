-- What of invoices, payments and refunds may come to something else than their items say: invoices that were credited in
-- full or cancel a credit note, payments and refunds that were cancelled, set-offs, what an incident touches. All others
-- are plain: they were never cancelled, and most of a large account. Of a past day some may have been plain then.
-- Parameters: client; touched, the documents that an incident touches.
, apart AS MATERIALIZED (
    SELECT v.document_id AS id
    FROM credits_creditnote AS n
    JOIN invoicing_invoice AS v ON v.id = n.invoice_id
    WHERE n.client_id = %(client)s AND v.document_id IS NOT NULL
    GROUP BY v.id
    HAVING sum(n.ttc) >= v.ttc
    UNION
    SELECT v.document_id
    FROM credits_creditnote AS n
    JOIN invoicing_invoice AS v ON v.id = n.cancelled_by_id
    WHERE n.client_id = %(client)s AND v.document_id IS NOT NULL
    UNION
    SELECT document_id
    FROM payments_payment
    WHERE client_id = %(client)s AND (amount = 0 OR cancelled_by_id IS NOT NULL)
    UNION
    SELECT document_id
    FROM payments_refund
    WHERE client_id = %(client)s AND cancelled_by_id IS NOT NULL
    UNION
    SELECT unnest(%(touched)s::bigint[])
)
