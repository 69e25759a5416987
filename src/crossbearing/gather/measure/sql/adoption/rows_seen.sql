SELECT COALESCE(CAST(SUM(n) AS BIGINT), 0) AS n FROM firms WHERE replicate < $groups
