-- Payers of each month by what they were the month before: kept, gained, or not on the panel then.
SELECT m.vendor, m.month, m.move, COUNT(*) AS firms FROM (
  SELECT p.vendor, p.month,
    CASE WHEN q.company IS NOT NULL THEN 'kept' WHEN a.company IS NOT NULL THEN 'gained' ELSE 'entered' END AS move
  FROM paying p
  LEFT JOIN paying q ON p.company = q.company AND p.vendor = q.vendor AND q.month = p.month - 1
  LEFT JOIN active a ON p.company = a.company AND a.month = p.month - 1
) m GROUP BY m.vendor, m.month, m.move
