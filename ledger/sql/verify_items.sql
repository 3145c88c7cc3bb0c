-- There is one item for each client line, with the line's figures and what allocations and reservations leave.
WITH line AS (
    SELECT l.id, l.client_account_id, l.party_id, e.document_id, l.kind, l.debit > 0 AS is_debit, l.day, l.due,
           l.debit + l.credit AS amount
    FROM ledger_line l LEFT JOIN ledger_entry e ON e.id = l.entry_id
    WHERE l.client_account_id IS NOT NULL
), shares AS (
    SELECT debit_id AS item, amount, day, detached_on FROM ledger_allocation
    UNION ALL SELECT credit_id, amount, day, detached_on FROM ledger_allocation
), settled AS (
    SELECT item, sum(amount) FILTER (WHERE detached_on IS NULL) AS amount,
           max(detached_on) FILTER (WHERE detached_on > day) AS freed_on
    FROM shares GROUP BY item
), kept AS (
    SELECT credit_id AS item, sum(amount) AS amount
    FROM ledger_reservation WHERE released_by_id IS NULL GROUP BY credit_id
)
SELECT coalesce(l.id, i.line_id) AS key, 'poste ' || coalesce(l.id, i.line_id) AS place, found, expected
FROM line l
FULL JOIN ledger_openitem i ON i.line_id = l.id
LEFT JOIN settled s ON s.item = l.id
LEFT JOIN kept k ON k.item = l.id
CROSS JOIN LATERAL (
    SELECT i.account_id AS "compte client", i.party_id AS "passager", i.document_id AS "pièce", i.kind AS "nature",
           i.is_debit AS "débit", i.day AS "date", i.due AS "échéance", i.amount AS "montant", i.open AS "reste",
           i.reserved AS "réservé", i.allocable_from AS "imputable depuis"
) found
CROSS JOIN LATERAL (
    SELECT l.client_account_id AS "compte client", l.party_id AS "passager", l.document_id AS "pièce",
           l.kind AS "nature", l.is_debit AS "débit", l.day AS "date", l.due AS "échéance", l.amount AS "montant",
           l.amount - coalesce(s.amount, 0.00) AS "reste", coalesce(k.amount, 0.00) AS "réservé",
           greatest(l.day, s.freed_on) AS "imputable depuis"
) expected
