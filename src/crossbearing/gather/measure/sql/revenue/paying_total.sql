SELECT COUNT(*) AS customers, COALESCE(CAST(SUM(cents) AS BIGINT), 0) AS cents FROM (
  SELECT customer, SUM(cents) AS cents FROM customer_periods WHERE period IN ($periods) GROUP BY customer
) c WHERE cents > 0
