-- The totals kept on the client accounts are those of their lines, open items and visits to invoice.
WITH posted AS (
    SELECT l.client_account_id AS account, sum(l.debit) AS debit, sum(l.credit) AS credit,
           sum(CASE WHEN e.reverses_id IS NULL THEN l.debit ELSE -l.credit END)
               FILTER (WHERE l.kind IN ('invoice', 'opening')) AS invoiced,
           sum(l.credit - l.debit) FILTER (WHERE l.kind IN ('payment', 'refund', 'incident')) AS collected
    FROM ledger_line l LEFT JOIN ledger_entry e ON e.id = l.entry_id
    WHERE l.client_account_id IS NOT NULL GROUP BY l.client_account_id
), opened AS (
    SELECT account_id AS account, sum(open) FILTER (WHERE is_debit) AS debit,
           sum(open) FILTER (WHERE NOT is_debit) AS credit, min(due) FILTER (WHERE is_debit AND open > 0) AS first_due
    FROM ledger_openitem GROUP BY account_id
), waiting AS (
    SELECT account_id AS account, sum(amount) AS amount FROM ledger_pending WHERE until IS NULL GROUP BY account_id
)
SELECT coalesce(a.id, p.account) AS key, 'compte client ' || coalesce(a.id, p.account) AS place, found, expected
FROM ledger_clientaccount a
FULL JOIN posted p ON p.account = a.id
LEFT JOIN opened o ON o.account = a.id
LEFT JOIN waiting w ON w.account = a.id
CROSS JOIN LATERAL (
    SELECT a.debit AS "débit", a.credit AS "crédit", a.open_debit AS "débit ouvert", a.open_credit AS "crédit ouvert",
           a.invoiced AS "facturé", a.collected AS "encaissé", a.to_invoice AS "à facturer",
           a.first_due AS "première échéance ouverte"
) found
CROSS JOIN LATERAL (
    SELECT coalesce(p.debit, 0.00) AS "débit", coalesce(p.credit, 0.00) AS "crédit",
           coalesce(o.debit, 0.00) AS "débit ouvert", coalesce(o.credit, 0.00) AS "crédit ouvert",
           coalesce(p.invoiced, 0.00) AS "facturé", coalesce(p.collected, 0.00) AS "encaissé",
           coalesce(w.amount, 0.00) AS "à facturer", o.first_due AS "première échéance ouverte"
) expected
