-- By vintage and age in months: customers with revenue, their revenue, and that at most what it was in their first full month.
SELECT f.vintage, c.period - f.vintage AS age, COUNT(*) AS customers, CAST(SUM(c.cents) AS BIGINT) AS cents,
  COALESCE(CAST(SUM(LEAST(c.cents, COALESCE(b.cents, 0))) AS BIGINT), 0) AS without_expansion
FROM customer_periods c
JOIN firsts f ON c.customer = f.customer
LEFT JOIN customer_periods b ON b.customer = c.customer AND b.period = f.vintage + 1
WHERE c.period < 1000000 AND c.cents > 0
GROUP BY f.vintage, c.period - f.vintage
