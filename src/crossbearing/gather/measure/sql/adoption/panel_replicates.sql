SELECT month, replicate, COUNT(*) AS firms, COALESCE(CAST(SUM(employees) AS BIGINT), 0) AS employees
FROM active GROUP BY month, replicate
