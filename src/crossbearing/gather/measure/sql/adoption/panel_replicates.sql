SELECT month, replicate, COUNT(*) AS firms, CAST(SUM(employees) AS BIGINT) AS employees
FROM active GROUP BY month, replicate
