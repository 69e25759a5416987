-- Companies with any accepted row in a month: the denominator.
SELECT p.company, p.month, f.stratum, f.replicate, f.employees
FROM firm_months p
JOIN firms f ON p.company = f.company
