-- Up to three rows of each status that is left out.
SELECT status, customer, day_text, amount_text, currency, product FROM (
  SELECT status, customer, day_text, amount_text, currency, product,
    ROW_NUMBER() OVER (PARTITION BY status ORDER BY customer, day_text, cents, product) AS place
  FROM lx WHERE status IN (1, 2, 3, 5, 8, 9)
) s WHERE place <= 3 ORDER BY status, place
