-- Without a roster a company is on the panel while it has rows.
SELECT company, MIN(month) AS entry, MAX(month) AS leaving, COUNT(*) AS active, CAST(SUM(n) AS BIGINT) AS n
FROM firm_months
GROUP BY company
