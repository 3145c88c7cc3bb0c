-- At the end of no day is an item settled beyond its amount; only a detach could have let that happen.
WITH shares AS (
    SELECT debit_id AS item, amount, day, detached_on FROM ledger_allocation
    UNION ALL SELECT credit_id, amount, day, detached_on FROM ledger_allocation
), counted AS (
    SELECT * FROM shares
    WHERE (detached_on IS NULL OR detached_on > day)
      AND item IN (SELECT item FROM shares WHERE detached_on > day)
), moves AS (
    SELECT item, day, amount FROM counted
    UNION ALL SELECT item, detached_on, -amount FROM counted WHERE detached_on IS NOT NULL
), days AS (
    SELECT item, day, sum(sum(amount)) OVER (PARTITION BY item ORDER BY day) AS settled FROM moves GROUP BY item, day
)
SELECT i.line_id AS key, 'poste ' || i.line_id || ' au ' || to_char(days.day, 'DD/MM/YYYY') AS place, found, expected
FROM days JOIN ledger_openitem i ON i.line_id = days.item
CROSS JOIN LATERAL (SELECT days.settled AS "imputé") found
CROSS JOIN LATERAL (SELECT least(days.settled, i.amount) AS "imputé") expected
