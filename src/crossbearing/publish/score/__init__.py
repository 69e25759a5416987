"""The score card as tables, JSON, a drawing and a section of a page."""
