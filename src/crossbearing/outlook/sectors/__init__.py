"""The business in small equations, one file a sector; their parameter names are the wiring."""
