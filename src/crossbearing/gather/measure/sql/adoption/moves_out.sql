-- Payers of the month before that no longer pay: lost, or no longer on the panel.
SELECT m.vendor, m.month, m.move, COUNT(*) AS firms FROM (
  SELECT p.vendor, p.month + 1 AS month, CASE WHEN a.company IS NOT NULL THEN 'lost' ELSE 'left' END AS move
  FROM paying p
  LEFT JOIN paying q ON p.company = q.company AND p.vendor = q.vendor AND q.month = p.month + 1
  LEFT JOIN active a ON p.company = a.company AND a.month = p.month + 1
  WHERE q.company IS NULL
) m GROUP BY m.vendor, m.month, m.move
