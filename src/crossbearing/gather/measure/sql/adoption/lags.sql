-- Months from the purchase to its first record, for each payer: the reporting triangle.
SELECT vendor, month, lag, COUNT(*) AS payers FROM paying GROUP BY vendor, month, lag
