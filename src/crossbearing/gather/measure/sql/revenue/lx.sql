-- Every row of the ledger once, with the days its service runs over and the reason why it counts or not.
SELECT
  s.customer, s.product, s.channel, $kind AS kind, s.cents, s.fee, s.id, s.currency, s.amount_text,
  CAST(s.day_text AS STRING) AS day_text, CAST(s.start_text AS STRING) AS start_text, CAST(s.end_text AS STRING) AS end_text, c.day, c.month,
  COALESCE(f.day, c.day) AS first_day, COALESCE(l.day, f.day, c.day) AS last_day, g.month AS signed,
  CASE
    WHEN s.customer IS NULL THEN 1
    WHEN c.month IS NULL OR (f.day IS NULL AND s.start_text IS NOT NULL) OR (l.day IS NULL AND s.end_text IS NOT NULL) THEN 2
    WHEN s.cents IS NULL OR s.fee IS NULL THEN 3
    WHEN c.day > $known THEN 4
    WHEN s.copy_number > 1 THEN 5
    WHEN NOT ($is_currency) THEN 8
    WHEN COALESCE(l.day, f.day, c.day) < COALESCE(f.day, c.day) THEN 9
    WHEN s.cents < 0 THEN 6
    WHEN s.cents = 0 THEN 7
    ELSE 0
  END AS status
FROM $source s
$date_join
$start_join
$end_join
$signed_join
