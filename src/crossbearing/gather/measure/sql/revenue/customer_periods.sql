-- What each customer earned the company in each window.
SELECT customer, period, CAST(SUM(cents) AS BIGINT) AS cents FROM recognised GROUP BY customer, period
