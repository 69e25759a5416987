"""A valuation as tables, JSON and charts."""
