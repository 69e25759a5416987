SELECT stratum, COUNT(*) AS firms FROM firms WHERE active = $months GROUP BY stratum
