-- Each customer's first month with revenue: its vintage.
SELECT customer, MIN(period) AS vintage FROM customer_periods WHERE period < 1000000 AND cents > 0 GROUP BY customer
