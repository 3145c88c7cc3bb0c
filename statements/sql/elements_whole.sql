-- All documents of one account on a day, in no order: what elements are counted from.
-- Parameters: account; kinds, which documents have to be of (NULL: any), since and until, between which days; among,
-- which they have to be (NULL: any).
WITH picked AS NOT MATERIALIZED (
    SELECT id, kind, day
    FROM ledger_document
    WHERE account_id = %(account)s AND day >= %(since)s AND day <= %(until)s
          AND (%(kinds)s::text[] IS NULL OR kind = ANY(%(kinds)s::text[]))
          AND (%(among)s::bigint[] IS NULL OR id = ANY(%(among)s::bigint[]))
)
