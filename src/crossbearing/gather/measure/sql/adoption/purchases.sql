-- What each company paid each rule's vendor in each month, and how many rows of each status stand behind it.
-- This is the largest table that is kept, so its types are narrow; $money is kept apart only where currencies mix.
SELECT
  t.company, CAST(t.month AS SMALLINT) AS month, CAST(v.rule AS SMALLINT) AS rule, CAST(t.status AS SMALLINT) AS status,
  CAST(SUM(t.cents) AS BIGINT) AS cents, $money CAST(MIN(t.lag) AS SMALLINT) AS lag, CAST(COUNT(*) AS INT) AS n
FROM tx t
JOIN texts v ON t.merchant = v.merchant AND t.item = v.item
GROUP BY t.company, t.month, v.rule, t.status
