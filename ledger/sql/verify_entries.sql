-- Entries have lines that balance, and a seal.
SELECT coalesce(e.id, t.entry_id) AS key, 'écriture ' || coalesce(e.id, t.entry_id) AS place, found, expected
FROM ledger_entry e
FULL JOIN (
    SELECT entry_id, sum(debit) AS debit, sum(credit) AS credit FROM ledger_line GROUP BY entry_id
) t ON t.entry_id = e.id
LEFT JOIN ledger_seal s ON s.entry_id = e.id
CROSS JOIN LATERAL (
    SELECT CASE WHEN e.id IS NOT NULL THEN 'présente' END AS "écriture",
           CASE WHEN t.entry_id IS NOT NULL THEN 'présentes' END AS "lignes",
           t.debit AS "débit",
           CASE WHEN s.entry_id IS NOT NULL THEN 'présent' END AS "scellement"
) found
CROSS JOIN LATERAL (
    SELECT 'présente' AS "écriture", 'présentes' AS "lignes", t.credit AS "débit", 'présent' AS "scellement"
) expected
