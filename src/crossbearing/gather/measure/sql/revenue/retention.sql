-- Customers of window $before in window $after: how many, their revenue then, now, and now at most what it was.
SELECT COUNT(*) AS customers, COALESCE(CAST(SUM(b.cents) AS BIGINT), 0) AS opening,
  COUNT(a.customer) AS kept, COALESCE(CAST(SUM(a.cents) AS BIGINT), 0) AS closing,
  COALESCE(CAST(SUM(CASE WHEN a.customer IS NULL THEN 0 ELSE LEAST(a.cents, b.cents) END) AS BIGINT), 0) AS without_expansion
FROM (SELECT customer, cents FROM customer_periods WHERE period = $before AND cents > 0) b
LEFT JOIN (SELECT customer, cents FROM customer_periods WHERE period = $after AND cents > 0) a ON a.customer = b.customer
