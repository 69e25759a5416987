SELECT vendor, month, stratum, COUNT(*) AS payers, CAST(SUM(money) AS BIGINT) AS money
FROM paying GROUP BY vendor, month, stratum
