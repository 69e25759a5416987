SELECT status, COUNT(*) AS n, MIN(day) AS first_day, MAX(day) AS last_day, MAX(CASE WHEN kind = 'other' THEN 1 ELSE 0 END) AS odd FROM lx GROUP BY status
