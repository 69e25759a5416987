-- Usage revenue of the largest customers by week (weeks count back from day $day).
SELECT CAST(s.customer AS STRING) AS customer, CAST((($day - s.first_day) - ($day - s.first_day) % 7) / 7 AS BIGINT) AS weeks_ago, CAST(SUM(s.cents) AS BIGINT) AS cents
FROM sales s JOIN chosen h ON CAST(s.customer AS STRING) = h.customer
WHERE s.kind = 'usage' AND s.first_day = s.last_day AND s.first_day <= $day
GROUP BY CAST(s.customer AS STRING), CAST((($day - s.first_day) - ($day - s.first_day) % 7) / 7 AS BIGINT)
