"""Crossbearing fixes a private company's position by crossing contradictory public claims about it."""

__version__ = "0.1.0"
