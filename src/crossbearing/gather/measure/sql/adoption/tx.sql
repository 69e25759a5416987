-- Every row of the table once, with its month and the reason why it counts or not (status, see accounts.py).
-- The marked names are the user's columns, cast to plain types by columns.py.
SELECT
  s.company, s.merchant, s.item, s.channel, s.id, CAST(s.day_text AS STRING) AS day_text, s.amount_text, s.currency,
  c.month, c.day, s.cents,
  CASE WHEN $is_currency THEN s.cents ELSE 0 END AS money,
  $lag AS lag,
  CASE
    WHEN s.company IS NULL THEN 1
    WHEN c.month IS NULL THEN 2
    WHEN s.cents IS NULL THEN 3
    WHEN $is_late THEN 4
    WHEN s.copy_number > 1 THEN 5
    WHEN s.cents < 0 THEN 6
    WHEN s.cents = 0 THEN 7
    WHEN NOT ($is_currency) THEN 8
    ELSE 0
  END AS status
FROM $source s
$date_join
$recorded_join
