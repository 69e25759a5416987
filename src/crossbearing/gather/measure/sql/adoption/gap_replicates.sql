-- For one pair of vendors: payers by month, random group and, where the gap is weighted, stratum.
SELECT vendor, month, $stratum AS stratum, replicate, COUNT(*) AS payers
FROM paying WHERE vendor IN ($a, $b) GROUP BY vendor, month, $stratum, replicate
