-- Lines agree with their entry, their document and the chart of accounts.
SELECT l.id AS key, 'ligne ' || l.id AS place, found, expected
FROM ledger_line l
LEFT JOIN ledger_entry e ON e.id = l.entry_id
LEFT JOIN ledger_document d ON d.id = e.document_id
LEFT JOIN ledger_generalaccount g ON g.code = l.account_id
LEFT JOIN ledger_clientaccount a ON a.id = l.client_account_id
CROSS JOIN LATERAL (
    SELECT l.day AS "date", l.client_account_id AS "compte client", l.party_id AS "passager",
           coalesce(a.currency, e.currency) AS "devise"
) found
CROSS JOIN LATERAL (
    SELECT e.day AS "date", CASE WHEN g.is_receivable THEN d.account_id END AS "compte client",
           CASE WHEN a.walk_in THEN d.party_id END AS "passager", e.currency AS "devise"
) expected
