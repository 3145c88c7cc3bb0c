-- All elements counted, beside the first of them, newest first: one row at least.
SELECT c.*, e.*
FROM (
    SELECT count(*) FILTER (WHERE type = 'facture') AS facture_number,
           coalesce(sum(amount) FILTER (WHERE type = 'facture'), 0) AS facture_amount,
           count(*) FILTER (WHERE type = 'avoir') AS avoir_number,
           coalesce(sum(amount) FILTER (WHERE type = 'avoir'), 0) AS avoir_amount,
           count(*) FILTER (WHERE type = 'paiement') AS paiement_number,
           coalesce(sum(amount) FILTER (WHERE type = 'paiement'), 0) AS paiement_amount,
           count(*) FILTER (WHERE type = 'remboursement') AS remboursement_number,
           coalesce(sum(amount) FILTER (WHERE type = 'remboursement'), 0) AS remboursement_amount,
           count(*) FILTER (WHERE type = 'incident') AS incident_number,
           coalesce(sum(amount) FILTER (WHERE type = 'incident'), 0) AS incident_amount,
           count(*) FILTER (WHERE type = 'incident' AND state IN ('open', 'part_settled')) AS open_number,
           coalesce(sum(rest) FILTER (WHERE type = 'incident' AND state IN ('open', 'part_settled')), 0) AS open_amount,
           count(*) FILTER (WHERE type = 'facture' AND late > 0) AS late_number,
           coalesce(sum(late) FILTER (WHERE type = 'facture'), 0) AS late_amount,
           count(*) FILTER (WHERE kind = 'invoice' AND state = 'bounced') AS bounced_number,
           coalesce(sum(owed) FILTER (WHERE kind = 'invoice' AND state = 'bounced'), 0) AS bounced_amount
    FROM element
) AS c
LEFT JOIN LATERAL (
    SELECT id, kind, type, day, state, amount, rest, late, reserved, bounced_on
    FROM element
    ORDER BY day DESC, id DESC
    LIMIT %(limit)s
) AS e ON true
ORDER BY e.day DESC, e.id DESC
