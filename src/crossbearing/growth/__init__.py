"""The pooled growth prior: how fast fast-growing companies grew next, and what it makes of a revenue series."""
