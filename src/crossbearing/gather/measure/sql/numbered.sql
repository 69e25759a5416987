-- Rows with the same id: the first in order is number 1, its copies 2, 3, ...
SELECT p.*, 1 AS copy_number FROM plain_rows p LEFT JOIN copied_ids d ON p.id = d.id WHERE d.id IS NULL
UNION ALL
SELECT p.*, ROW_NUMBER() OVER (PARTITION BY p.id ORDER BY p.day_text, p.cents) AS copy_number
FROM plain_rows p JOIN copied_ids d ON p.id = d.id
