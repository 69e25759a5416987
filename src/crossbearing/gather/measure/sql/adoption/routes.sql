-- Companies that paid a vendor by each way of buying: direct, marketplace, reseller, gateway. All ways, counted or not.
SELECT q.vendor, q.way, q.month, COUNT(*) AS payers, CAST(SUM(q.money) AS BIGINT) AS money
FROM (
  SELECT p.company, r.vendor, r.way, p.month, SUM($money) AS money
  FROM purchases p
  JOIN rules r ON p.rule = r.rule
  WHERE p.status IN (0, 6, 7, 8)
  GROUP BY p.company, r.vendor, r.way, p.month
  HAVING SUM(p.cents) > 0
) q
GROUP BY q.vendor, q.way, q.month
