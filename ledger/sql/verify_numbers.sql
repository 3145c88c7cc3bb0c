-- Each series counts from 1 without gap in each year, its dates never fall, and a number is posted on its day.
WITH numbered AS (
    SELECT d.*, lag(d.number) OVER series AS number_before, lag(d.day) OVER series AS day_before
    FROM ledger_document d WHERE d.series_id IS NOT NULL OR d.number IS NOT NULL
    WINDOW series AS (PARTITION BY d.series_id, d.year ORDER BY d.number)
), posted AS (
    SELECT document_id, min(day) AS day FROM ledger_entry WHERE reverses_id IS NULL GROUP BY document_id
)
SELECT n.id AS key, CASE n.kind WHEN 'invoice' THEN 'facture ' ELSE 'avoir ' END || n.reference AS place, found, expected
FROM numbered n
LEFT JOIN ledger_series s ON s.id = n.series_id
LEFT JOIN posted p ON p.document_id = n.id
CROSS JOIN LATERAL (
    SELECT n.number AS "numéro", n.day AS "date", n.year::integer AS "exercice", n.kind AS "nature",
           n.reference::text AS "référence", coalesce(p.day, n.day) AS "date de l’écriture"
) found
CROSS JOIN LATERAL (
    SELECT coalesce(n.number_before, 0) + 1 AS "numéro", greatest(n.day, n.day_before) AS "date",
           extract(year FROM n.day)::integer AS "exercice", s.kind AS "nature",
           concat_ws('-', s.prefix, n.year, to_char(n.number, 'FM9999900000')) AS "référence",
           n.day AS "date de l’écriture"
) expected
