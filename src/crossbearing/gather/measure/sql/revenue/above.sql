-- Customers whose revenue in the windows $periods, times $factor, is over $threshold cents, and what they bring.
SELECT COUNT(*) AS customers, COALESCE(CAST(SUM(c.cents) AS BIGINT), 0) AS cents
FROM (SELECT customer, SUM(cents) AS cents FROM customer_periods WHERE period IN ($periods) GROUP BY customer) c
WHERE c.cents * $factor > $threshold
