-- Accepted rows of each company in each month.
SELECT company, month, CAST(SUM(n) AS INT) AS n FROM purchases WHERE status IN (0, 6, 7, 8) GROUP BY company, month
