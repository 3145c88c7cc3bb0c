-- Allocations join a debit and a credit of one account and party, from both their days on, and copy them right.
SELECT a.id AS key, 'imputation ' || a.id AS place, found, expected
FROM ledger_allocation a
LEFT JOIN ledger_openitem d ON d.line_id = a.debit_id
LEFT JOIN ledger_openitem c ON c.line_id = a.credit_id
CROSS JOIN LATERAL (
    SELECT d.is_debit AS "le débit en est un", c.is_debit AS "le crédit est un débit",
           d.account_id AS "compte client du débit", c.account_id AS "compte client du crédit",
           c.party_id AS "passager du crédit", a.day AS "date", a.debit_day AS "date du débit",
           a.debit_due AS "échéance du débit", a.credit_day AS "date du crédit",
           a.detached_on IS NOT NULL AS "détachée"
) found
CROSS JOIN LATERAL (
    SELECT TRUE AS "le débit en est un", FALSE AS "le crédit est un débit",
           a.account_id AS "compte client du débit", a.account_id AS "compte client du crédit",
           d.party_id AS "passager du crédit", greatest(a.day, d.day, c.day) AS "date", d.day AS "date du débit",
           d.due AS "échéance du débit", c.day AS "date du crédit",
           a.detached_by_id IS NOT NULL AS "détachée"
) expected
