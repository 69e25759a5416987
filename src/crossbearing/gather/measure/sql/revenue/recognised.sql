-- Revenue earned in each window: on its day, or day by day over the term. Of a term of D days, the first k days have
-- earned trunc(cents * k / D), in whole cents, so that the parts of a term add up to it exactly.
SELECT customer, product, channel, kind, period, CAST(SUM(cents) AS BIGINT) AS cents, CAST(SUM(fee) AS BIGINT) AS fee
FROM (
  SELECT s.customer, s.product, s.channel, s.kind, w.period, s.cents, s.fee
  FROM sales s JOIN period_days w ON s.first_day = w.day
  WHERE s.first_day = s.last_day
  UNION ALL
  SELECT t.customer, t.product, t.channel, t.kind, t.period,
    CAST((t.cents * t.upto - (t.cents * t.upto) % t.days) / t.days AS BIGINT)
      - CAST((t.cents * t.before - (t.cents * t.before) % t.days) / t.days AS BIGINT) AS cents,
    CAST((t.fee * t.upto - (t.fee * t.upto) % t.days) / t.days AS BIGINT)
      - CAST((t.fee * t.before - (t.fee * t.before) % t.days) / t.days AS BIGINT) AS fee
  FROM (
    SELECT s.customer, s.product, s.channel, s.kind, w.period, s.cents, s.fee,
      s.last_day - s.first_day + 1 AS days,
      LEAST(s.last_day, w.last_day) - s.first_day + 1 AS upto,
      GREATEST(s.first_day, w.first_day) - s.first_day AS before
    FROM sales s JOIN periods w ON s.first_day <= w.last_day AND s.last_day >= w.first_day
    WHERE s.first_day < s.last_day
  ) t
) r
GROUP BY customer, product, channel, kind, period
