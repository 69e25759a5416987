-- Companies that paid both vendors of a pair in a month.
SELECT a.vendor AS first, b.vendor AS second, a.month, COUNT(*) AS payers
FROM paying a JOIN paying b ON a.company = b.company AND a.month = b.month AND a.vendor < b.vendor
WHERE a.vendor > 0
GROUP BY a.vendor, b.vendor, a.month
