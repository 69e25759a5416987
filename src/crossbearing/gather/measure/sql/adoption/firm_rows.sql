-- What the table says of each company's industry, size and head count.
SELECT company, TRIM(industry) AS industry, TRIM(size) AS size, MAX(employees) AS employees
FROM (SELECT company, industry, size, MAX(employees) AS employees FROM $source GROUP BY company, industry, size) r
GROUP BY company, TRIM(industry), TRIM(size)
