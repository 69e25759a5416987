-- From each month to the next: new, returned, expansion, contraction, lost. Opening plus these is closing.
SELECT m.period, m.move, COUNT(*) AS customers, CAST(SUM(m.cents) AS BIGINT) AS cents FROM (
  SELECT n.period,
    CASE WHEN n.period = f.vintage THEN 'new' WHEN p.customer IS NULL THEN 'returned'
      WHEN n.cents > p.cents THEN 'expansion' WHEN n.cents < p.cents THEN 'contraction' ELSE 'same' END AS move,
    n.cents - COALESCE(p.cents, 0) AS cents
  FROM (SELECT customer, period, cents FROM customer_periods WHERE period < 1000000 AND cents > 0) n
  JOIN firsts f ON n.customer = f.customer
  LEFT JOIN (SELECT customer, period, cents FROM customer_periods WHERE period < 1000000 AND cents > 0) p
    ON p.customer = n.customer AND p.period = n.period - 1
  UNION ALL
  SELECT p.period + 1 AS period, 'lost' AS move, -p.cents AS cents
  FROM (SELECT customer, period, cents FROM customer_periods WHERE period < 1000000 AND cents > 0) p
  LEFT JOIN (SELECT customer, period, cents FROM customer_periods WHERE period < 1000000 AND cents > 0) n
    ON p.customer = n.customer AND n.period = p.period + 1
  WHERE n.customer IS NULL
) m GROUP BY m.period, m.move
