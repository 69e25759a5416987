"""Stage 1: files to claims. Load, validate with positions, write back. No statistics."""
