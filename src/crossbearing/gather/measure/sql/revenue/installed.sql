-- Change of revenue from window $before to $after of customers live by $before.
SELECT CAST(COALESCE(SUM(CASE WHEN c.period = $after THEN c.cents ELSE -c.cents END), 0) AS BIGINT) AS cents
FROM customer_periods c JOIN firsts f ON c.customer = f.customer
WHERE f.vintage <= $before AND c.period IN ($before, $after)
