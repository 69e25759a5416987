-- Money of companies with a known head count stands apart, for spend per employee.
SELECT vendor, month, replicate, COUNT(*) AS payers, CAST(SUM(money) AS BIGINT) AS money,
  COALESCE(CAST(SUM(CASE WHEN employees > 0 THEN money ELSE 0 END) AS BIGINT), 0) AS headed
FROM paying GROUP BY vendor, month, replicate
