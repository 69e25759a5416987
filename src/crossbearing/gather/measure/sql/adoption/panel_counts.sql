SELECT month, stratum, COUNT(*) AS firms FROM active GROUP BY month, stratum
