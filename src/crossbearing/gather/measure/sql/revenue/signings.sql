-- Contracts by month of signature and month of first revenue (0: none yet), with the revenue of window $before and $after.
SELECT g.signed, COALESCE(f.vintage, 0) AS live, COUNT(*) AS customers,
  COALESCE(CAST(SUM(b.cents) AS BIGINT), 0) AS opening, COALESCE(CAST(SUM(a.cents) AS BIGINT), 0) AS closing
FROM (SELECT customer, MIN(signed) AS signed FROM lx WHERE status IN (0, 6, 7) AND signed IS NOT NULL GROUP BY customer) g
LEFT JOIN firsts f ON f.customer = g.customer
LEFT JOIN customer_periods b ON b.customer = g.customer AND b.period = $before
LEFT JOIN customer_periods a ON a.customer = g.customer AND a.period = $after
GROUP BY g.signed, COALESCE(f.vintage, 0)
