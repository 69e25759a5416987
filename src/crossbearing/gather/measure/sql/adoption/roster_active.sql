-- Companies on the roster in each month of the table: the denominator.
SELECT f.company, m.month, f.stratum, f.replicate, f.employees
FROM firms f
JOIN months m ON m.month BETWEEN f.entry AND f.leaving
