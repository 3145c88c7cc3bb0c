-- Some documents of one account on a day, newest first from a place on: what elements are told from. All else is read of
-- those alone: of so many however many there are, or of all where no limit is set.
-- Parameters: account; kinds, which documents have to be of (NULL: any), since and until, between which days; after_day,
-- after_id and limit; among, their keys.
WITH picked AS MATERIALIZED (
    SELECT d.id, d.kind, d.day
    FROM unnest(%(among)s::bigint[]) AS u (id)
    -- OFFSET keeps each looked up by its key, however many PostgreSQL guesses that there are.
    CROSS JOIN LATERAL (SELECT id, kind, day, account_id FROM ledger_document WHERE id = u.id OFFSET 0) AS d
    WHERE d.account_id = %(account)s AND d.day >= %(since)s AND d.day <= %(until)s
          AND (d.day, d.id) < (%(after_day)s, %(after_id)s)
          AND (%(kinds)s::text[] IS NULL OR d.kind = ANY(%(kinds)s::text[]))
    ORDER BY d.day DESC, d.id DESC
    LIMIT %(limit)s
)
