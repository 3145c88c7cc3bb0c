-- Of the documents that were picked the elements that match, newest first, each with what is read of it, and the last
-- picked, match or not: from there on the next are picked. picked: how many were; how: its type of payment.
SELECT t.*, (SELECT count(*) FROM picked) AS picked, x.reference, y.name AS party, s.name AS site, m.label AS how
FROM (
    SELECT *, kind || ':' || state = ANY(%(passing)s::text[])
              AND (%(types)s::text[] IS NULL OR type = ANY(%(types)s::text[])) AS passes
    FROM (SELECT * FROM told OFFSET 0) AS told
) AS t
JOIN ledger_document AS x ON x.id = t.id
LEFT JOIN ledger_party AS y ON y.id = x.party_id
LEFT JOIN office_site AS s ON s.id = x.site_id
LEFT JOIN payments_payment AS p ON p.document_id = t.id AND t.kind = 'payment'
LEFT JOIN payments_refund AS f ON f.document_id = t.id AND t.kind = 'refund'
LEFT JOIN payments_paymenttype AS m ON m.code = coalesce(p.type_id, f.type_id)
WHERE t.passes OR t.id = (SELECT id FROM picked ORDER BY day, id LIMIT 1)
ORDER BY t.day DESC, t.id DESC
