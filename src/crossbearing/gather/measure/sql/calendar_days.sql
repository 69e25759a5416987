-- The calendar by date, for columns that are dates already.
SELECT CAST(text AS DATE) AS date, day, month FROM calendar WHERE LENGTH(text) = 10
