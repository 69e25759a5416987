-- Each company once: when it entered and left the panel, its stratum, and a random group from its name's MD5.
SELECT
  p.company, p.entry, p.leaving, p.active, p.n, f.stratum, f.moved, f.employees,
  SUBSTR(MD5(CAST(p.company AS STRING)), 1, 2) AS replicate
FROM (
  SELECT company, MIN(month) AS entry, MAX(month) AS leaving, COUNT(*) AS active, CAST(SUM(n) AS BIGINT) AS n
  FROM (SELECT company, month, SUM(n) AS n FROM purchases WHERE status IN (0, 6, 7, 8) GROUP BY company, month) m
  GROUP BY company
) p
JOIN (
  SELECT r.company, MIN(g.stratum) AS stratum, COUNT(DISTINCT g.stratum) - 1 AS moved, MAX(r.employees) AS employees
  FROM firm_rows r JOIN strata g ON r.industry = g.industry AND r.size = g.size
  GROUP BY r.company
) f ON p.company = f.company
