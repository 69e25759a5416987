-- Accepted sales by customer and service days.
SELECT customer, product, channel, kind, first_day, last_day,
  CAST(SUM(cents) AS BIGINT) AS cents, CAST(SUM(fee) AS BIGINT) AS fee, COUNT(*) AS n
FROM lx WHERE status IN (0, 6, 7)
GROUP BY customer, product, channel, kind, first_day, last_day
