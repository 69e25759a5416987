-- Companies whose payments to a vendor in a month exceed its refunds in that month: the numerator. Vendor 0 is any vendor.
WITH paid AS (
  SELECT p.company, p.month, r.vendor, SUM(p.cents) AS cents, SUM($money) AS money, MIN(p.lag) AS lag
  FROM purchases p
  JOIN rules r ON p.rule = r.rule
  WHERE p.status IN (0, 6, 7, 8) AND r.counted = 1
  GROUP BY p.company, p.month, r.vendor
  HAVING SUM(p.cents) > 0
), both_kinds AS (
  SELECT company, month, vendor, money, lag FROM paid
  UNION ALL
  SELECT company, month, 0 AS vendor, SUM(money) AS money, MIN(lag) AS lag FROM paid GROUP BY company, month
)
SELECT
  b.company, b.month, CAST(b.vendor AS SMALLINT) AS vendor, CAST(b.money AS BIGINT) AS money, CAST(b.lag AS SMALLINT) AS lag,
  f.stratum, f.replicate, f.entry, f.employees
FROM both_kinds b
JOIN firms f ON b.company = f.company
WHERE b.month BETWEEN f.entry AND f.leaving
