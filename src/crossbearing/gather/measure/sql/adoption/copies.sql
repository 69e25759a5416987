-- Rows that equal another one in all that is told of them, among companies of the first $groups random groups.
SELECT COUNT(*) AS sets, COALESCE(CAST(SUM(n - 1) AS BIGINT), 0) AS copies FROM (
  SELECT s.company, s.day_text, s.merchant, s.item, s.cents, COUNT(*) AS n
  FROM plain_rows s JOIN firms f ON s.company = f.company
  WHERE f.replicate < $groups
  GROUP BY s.company, s.day_text, s.merchant, s.item, s.cents
  HAVING COUNT(*) > 1
) c
