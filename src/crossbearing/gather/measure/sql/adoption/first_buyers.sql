-- Companies seen for at least $seen months before they first paid any vendor, by that month and the vendors they took.
SELECT p.month, p.vendor, COUNT(*) AS firms
FROM paying p
JOIN (SELECT company, MIN(month) AS month FROM paying WHERE vendor = 0 GROUP BY company) f
  ON p.company = f.company AND p.month = f.month
WHERE p.month - p.entry >= $seen
GROUP BY p.month, p.vendor
