-- Without a roster a company is on the panel while it has rows.
SELECT company, MIN(month) AS entry, MAX(month) AS leaving, COUNT(*) AS active, CAST(SUM(n) AS BIGINT) AS n
FROM (SELECT company, month, SUM(n) AS n FROM purchases WHERE status IN (0, 6, 7, 8) GROUP BY company, month) m
GROUP BY company
