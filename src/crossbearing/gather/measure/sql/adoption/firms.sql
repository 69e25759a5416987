-- Each company once: when it entered and left the panel, its stratum, and a random group from its name's MD5.
SELECT
  p.company, MIN(p.month) AS entry, MAX(p.month) AS leaving, COUNT(DISTINCT p.month) AS active,
  MIN(p.stratum) AS stratum, CASE WHEN MIN(p.stratum) < MAX(p.stratum_last) THEN 1 ELSE 0 END AS moved,
  MAX(p.employees) AS employees, CAST(SUM(p.n) AS BIGINT) AS n,
  SUBSTR(MD5(CAST(p.company AS STRING)), 1, 2) AS replicate
FROM purchases p
WHERE p.status IN (0, 6, 7, 8)
GROUP BY p.company
