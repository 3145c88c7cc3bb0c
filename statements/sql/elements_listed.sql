-- Of the documents that were picked the elements that match, newest first, and the last picked, match or not: from there
-- on the next are picked. picked: how many were.
SELECT t.*, (SELECT count(*) FROM picked) AS picked
FROM (
    SELECT *, kind || ':' || state = ANY(%(passing)s::text[])
              AND (%(types)s::text[] IS NULL OR type = ANY(%(types)s::text[])) AS passes
    FROM (SELECT * FROM told OFFSET 0) AS told
) AS t
WHERE passes OR id = (SELECT id FROM picked ORDER BY day, id LIMIT 1)
ORDER BY day DESC, id DESC
