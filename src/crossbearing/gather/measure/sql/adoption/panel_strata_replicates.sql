SELECT month, $stratum AS stratum, replicate, COUNT(*) AS firms FROM active GROUP BY month, $stratum, replicate
