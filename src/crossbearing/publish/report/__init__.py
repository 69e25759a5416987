"""The report: one self-contained offline page."""
