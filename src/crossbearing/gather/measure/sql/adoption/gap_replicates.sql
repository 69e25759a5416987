-- For one pair of vendors: payers by month, stratum and random group.
SELECT vendor, month, stratum, replicate, COUNT(*) AS payers
FROM paying WHERE vendor IN ($a, $b) GROUP BY vendor, month, stratum, replicate
