-- Companies that paid `origin` last month and not this month, and `target` this month and not last month.
SELECT lost.vendor AS origin, won.vendor AS target, won.month, COUNT(*) AS firms
FROM (
  SELECT p.company, p.vendor, p.month + 1 AS month FROM paying p
  LEFT JOIN paying q ON p.company = q.company AND p.vendor = q.vendor AND q.month = p.month + 1
  WHERE q.company IS NULL AND p.vendor > 0
) lost
JOIN (
  SELECT p.company, p.vendor, p.month FROM paying p
  LEFT JOIN paying q ON p.company = q.company AND p.vendor = q.vendor AND q.month = p.month - 1
  WHERE q.company IS NULL AND p.vendor > 0
) won ON lost.company = won.company AND lost.month = won.month
GROUP BY lost.vendor, won.vendor, won.month
