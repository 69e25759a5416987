"""The workbook analysts take away, and the same as plain tables."""
