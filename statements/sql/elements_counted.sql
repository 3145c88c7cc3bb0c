-- All elements counted and added up by kind and state (OFFSET keeps each state from being told twice).
SELECT kind, type, state, count(*) AS number, sum(amount) AS amount, sum(rest) AS rest, sum(owed) AS owed,
       sum(late) AS late, count(*) FILTER (WHERE late > 0) AS late_number
FROM (SELECT * FROM told OFFSET 0) AS told
GROUP BY kind, type, state
