-- Each company once: when it entered and left the panel, its stratum, and a random group from its name's MD5.
SELECT
  p.company, p.entry, p.leaving, CAST(p.active AS SMALLINT) AS active, p.n,
  CAST(f.stratum AS SMALLINT) AS stratum, CAST(f.moved AS SMALLINT) AS moved, f.employees, CAST(h.number AS SMALLINT) AS replicate
FROM firm_spans p
JOIN (
  SELECT r.company, MIN(g.stratum) AS stratum, COUNT(DISTINCT g.stratum) - 1 AS moved, MAX(r.employees) AS employees
  FROM firm_rows r JOIN strata g ON r.industry = g.industry AND r.size = g.size
  GROUP BY r.company
) f ON p.company = f.company
JOIN random_groups h ON h.text = SUBSTR(MD5(CAST(p.company AS STRING)), 1, 2)
