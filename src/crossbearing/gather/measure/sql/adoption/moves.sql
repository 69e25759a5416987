-- From one month to the next, among companies active in both: kept, gained or lost each vendor.
SELECT m.vendor, m.month, m.move, COUNT(*) AS firms FROM (
  SELECT p.vendor, p.month,
    CASE WHEN q.company IS NOT NULL THEN 'kept' WHEN a.company IS NOT NULL THEN 'gained' ELSE 'entered' END AS move
  FROM paying p
  LEFT JOIN paying q ON p.company = q.company AND p.vendor = q.vendor AND q.month = p.month - 1
  LEFT JOIN active a ON p.company = a.company AND a.month = p.month - 1
  UNION ALL
  SELECT p.vendor, p.month + 1 AS month, CASE WHEN a.company IS NOT NULL THEN 'lost' ELSE 'left' END AS move
  FROM paying p
  LEFT JOIN paying q ON p.company = q.company AND p.vendor = q.vendor AND q.month = p.month + 1
  LEFT JOIN active a ON p.company = a.company AND a.month = p.month + 1
  WHERE q.company IS NULL
) m GROUP BY m.vendor, m.month, m.move
