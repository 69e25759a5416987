-- What each company paid each rule's vendor in each month, and how many rows of each status stand behind it.
SELECT
  t.company, t.month, v.rule, t.status, MIN(g.stratum) AS stratum, MAX(g.stratum) AS stratum_last,
  CAST(SUM(t.cents) AS BIGINT) AS cents, CAST(SUM(t.money) AS BIGINT) AS money,
  MAX(t.employees) AS employees, MIN(t.lag) AS lag, COUNT(*) AS n
FROM tx t
JOIN texts v ON t.merchant = v.merchant AND t.item = v.item
JOIN strata g ON t.industry = g.industry AND t.size = g.size
GROUP BY t.company, t.month, v.rule, t.status
