SELECT entry, leaving, stratum, COUNT(*) AS firms FROM firms GROUP BY entry, leaving, stratum
