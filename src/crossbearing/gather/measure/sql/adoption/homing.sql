-- How many vendors a paying company pays in a month.
SELECT h.month, h.vendors, COUNT(*) AS payers
FROM (SELECT company, month, COUNT(*) AS vendors FROM paying WHERE vendor > 0 GROUP BY company, month) h
GROUP BY h.month, h.vendors
