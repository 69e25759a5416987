SELECT p.company
FROM purchases p
LEFT JOIN firms f ON p.company = f.company AND p.month BETWEEN f.entry AND f.leaving
WHERE p.status IN (0, 6, 7, 8) AND f.company IS NULL
GROUP BY p.company ORDER BY p.company LIMIT 3
