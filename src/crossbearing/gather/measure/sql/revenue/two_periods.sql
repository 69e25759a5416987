SELECT period, CAST(SUM(cents) AS BIGINT) AS cents FROM customer_periods WHERE period IN ($before, $after) GROUP BY period
