-- What each company paid each rule's vendor in each month, and how many rows of each status stand behind it.
SELECT
  t.company, t.month, v.rule, t.status,
  CAST(SUM(t.cents) AS BIGINT) AS cents, CAST(SUM(t.money) AS BIGINT) AS money, MIN(t.lag) AS lag, COUNT(*) AS n
FROM tx t
JOIN texts v ON t.merchant = v.merchant AND t.item = v.item
GROUP BY t.company, t.month, v.rule, t.status
