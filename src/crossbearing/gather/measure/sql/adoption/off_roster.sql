SELECT p.status, CASE WHEN p.rule > 0 THEN 1 ELSE 0 END AS matched, CAST(SUM(p.n) AS BIGINT) AS n
FROM purchases p
LEFT JOIN firms f ON p.company = f.company AND p.month BETWEEN f.entry AND f.leaving
WHERE p.status IN (0, 6, 7, 8) AND f.company IS NULL
GROUP BY p.status, CASE WHEN p.rule > 0 THEN 1 ELSE 0 END
