-- Annual value of the terms running on day $day, by customer: cents x 365 / days, then those over $threshold cents.
SELECT COUNT(*) AS customers, COALESCE(CAST(SUM(c.cents) AS BIGINT), 0) AS cents
FROM (
  SELECT customer, SUM(CAST((cents * 365 - (cents * 365) % (last_day - first_day + 1)) / (last_day - first_day + 1) AS BIGINT)) AS cents
  FROM sales WHERE first_day < last_day AND first_day <= $day AND last_day >= $day GROUP BY customer
) c
WHERE c.cents > $threshold
