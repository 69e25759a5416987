-- With a roster a company is on the panel from its first to its last day there, whether it has rows or not.
SELECT r.company, r.entry, r.leaving, COUNT(m.month) AS active, COALESCE(MAX(q.n), 0) AS n
FROM (
  SELECT
    s.company,
    CAST(MIN(COALESCE(e.month, 0)) AS SMALLINT) AS entry,
    CAST(MAX(COALESCE(l.month, 32000)) AS SMALLINT) AS leaving
  FROM roster_rows s
  LEFT JOIN calendar e ON s.entry_text = e.text
  LEFT JOIN calendar l ON s.leaving_text = l.text
  GROUP BY s.company
) r
JOIN months m ON m.month BETWEEN r.entry AND r.leaving
LEFT JOIN (
  SELECT company, CAST(SUM(n) AS BIGINT) AS n FROM purchases WHERE status IN (0, 6, 7, 8) GROUP BY company
) q ON r.company = q.company
GROUP BY r.company, r.entry, r.leaving
