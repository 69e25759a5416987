SELECT p.rule, p.month, COUNT(DISTINCT p.company) AS firms, CAST(SUM(p.money) AS BIGINT) AS money, CAST(SUM(p.n) AS BIGINT) AS n
FROM purchases p WHERE p.rule > 0 AND p.status IN (0, 6, 7, 8) GROUP BY p.rule, p.month
