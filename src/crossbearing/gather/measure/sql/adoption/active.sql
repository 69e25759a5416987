-- Companies with any accepted row in a month: the denominator.
SELECT p.company, p.month, f.stratum, f.replicate, f.employees
FROM (SELECT DISTINCT company, month FROM purchases WHERE status IN (0, 6, 7, 8)) p
JOIN firms f ON p.company = f.company
