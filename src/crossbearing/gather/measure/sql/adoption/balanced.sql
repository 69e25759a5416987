-- Companies active in every one of the $months months of the table, and those of them that paid.
SELECT p.vendor, p.month, p.stratum, COUNT(*) AS payers, CAST(SUM(p.money) AS BIGINT) AS money
FROM paying p JOIN firms f ON p.company = f.company
WHERE f.active = $months
GROUP BY p.vendor, p.month, p.stratum
