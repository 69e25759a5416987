SELECT status, CASE WHEN rule > 0 THEN 1 ELSE 0 END AS matched, CAST(SUM(n) AS BIGINT) AS n
FROM purchases GROUP BY status, CASE WHEN rule > 0 THEN 1 ELSE 0 END
