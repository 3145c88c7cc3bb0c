-- What may have been cancelled or was touched by an incident, so that its items don't say what is to be told of it:
-- invoices that were credited in full or cancel a credit note, the credit notes that did so, what was cancelled. All other
-- invoices, credit notes, payments and refunds are plain: most of a large account. Of a past day some that stand apart
-- were plain then.
-- Parameters: client; touched, the documents that an incident touches.
, credited AS MATERIALIZED (
    SELECT v.id, v.document_id
    FROM credits_creditnote AS n
    JOIN invoicing_invoice AS v ON v.id = n.invoice_id
    WHERE n.client_id = %(client)s AND v.document_id IS NOT NULL
    GROUP BY v.id
    HAVING sum(n.ttc) >= v.ttc
),
apart AS MATERIALIZED (
    SELECT document_id AS id FROM credited
    UNION
    SELECT document_id
    FROM credits_creditnote
    WHERE client_id = %(client)s AND document_id IS NOT NULL
          AND (cancelled_by_id IS NOT NULL OR invoice_id IN (SELECT id FROM credited))
    UNION
    SELECT v.document_id
    FROM credits_creditnote AS n
    JOIN invoicing_invoice AS v ON v.id = n.cancelled_by_id
    WHERE n.client_id = %(client)s AND v.document_id IS NOT NULL
    UNION
    SELECT document_id
    FROM payments_payment
    WHERE client_id = %(client)s AND cancelled_by_id IS NOT NULL
    UNION
    SELECT document_id
    FROM payments_refund
    WHERE client_id = %(client)s AND cancelled_by_id IS NOT NULL
    UNION
    SELECT unnest(%(touched)s::bigint[])
)
