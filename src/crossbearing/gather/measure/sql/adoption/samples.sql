-- Of each status that is left out: the most frequent offending cells, with their rows and one company.
SELECT status, said, n, company FROM (
  SELECT status, said, n, company, ROW_NUMBER() OVER (PARTITION BY status ORDER BY n DESC, COALESCE(said, '')) AS place FROM (
    SELECT
      status, CASE status WHEN 1 THEN merchant WHEN 2 THEN day_text WHEN 3 THEN amount_text ELSE id END AS said,
      COUNT(*) AS n, MIN(CAST(company AS STRING)) AS company
    FROM tx WHERE status IN (1, 2, 3, 5)
    GROUP BY status, CASE status WHEN 1 THEN merchant WHEN 2 THEN day_text WHEN 3 THEN amount_text ELSE id END
  ) d
) s WHERE place <= 3 ORDER BY status, place
