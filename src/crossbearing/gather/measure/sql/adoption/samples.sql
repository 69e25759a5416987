-- Up to three rows of each status that is left out.
SELECT status, company, day_text, amount_text, currency, merchant FROM (
  SELECT status, company, day_text, amount_text, currency, merchant,
    ROW_NUMBER() OVER (PARTITION BY status ORDER BY company, day_text, cents, merchant) AS place
  FROM tx WHERE status IN (1, 2, 3, 5)
) s WHERE place <= 3 ORDER BY status, place
