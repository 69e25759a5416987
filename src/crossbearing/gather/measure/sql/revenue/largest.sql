SELECT customer, cents FROM (
  SELECT CAST(customer AS STRING) AS customer, CAST(SUM(cents) AS BIGINT) AS cents
  FROM customer_periods WHERE period IN ($periods) GROUP BY customer
) c WHERE cents > 0 ORDER BY cents DESC, customer LIMIT $most
