"""Offline pages of single answers, in the style of the report."""
