-- The best of what a query finds, of its first so many rows. Materialised, it is planned as if all its rows were read
-- (by the index, where the pattern is rare), but no more of them are read than the limit lets through.
WITH hits (id, is_archived, rank, sort_key) AS MATERIALIZED (
    {hits}
)
SELECT id
FROM (SELECT * FROM hits LIMIT %s) AS first
ORDER BY is_archived, rank, sort_key, id
LIMIT %s
