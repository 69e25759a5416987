-- Of each status that is left out: the most frequent offending cells, with their rows and one customer.
SELECT status, said, n, customer FROM (
  SELECT status, said, n, customer, ROW_NUMBER() OVER (PARTITION BY status ORDER BY n DESC, COALESCE(said, '')) AS place FROM (
    SELECT status, said, COUNT(*) AS n, MIN(CAST(customer AS STRING)) AS customer FROM (
      SELECT status, customer,
        CASE
          WHEN status = 1 THEN product
          WHEN status = 2 AND month IS NULL THEN day_text
          WHEN status = 2 OR status = 9 THEN CONCAT('service ', COALESCE(start_text, '?'), ' to ', COALESCE(end_text, '?'))
          WHEN status = 3 AND cents IS NULL THEN amount_text
          WHEN status = 3 THEN 'an unreadable fee'
          WHEN status = 5 THEN id
          ELSE currency
        END AS said
      FROM lx WHERE status IN (1, 2, 3, 5, 8, 9)
    ) o GROUP BY status, said
  ) d
) s WHERE place <= 3 ORDER BY status, place
