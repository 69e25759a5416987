SELECT vendor, month, replicate, COUNT(*) AS payers, CAST(SUM(money) AS BIGINT) AS money
FROM paying GROUP BY vendor, month, replicate
