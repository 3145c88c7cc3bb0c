-- The elements that follow one of them in the time line, newest first.
SELECT id, kind, type, day, state, amount, rest, late, reserved, bounced_on
FROM element
WHERE (day, id) < (%(after_day)s::date, %(after_id)s::bigint)
ORDER BY day DESC, id DESC
LIMIT %(limit)s
