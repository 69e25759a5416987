"""Claims to problems, conflicts and recomputed arithmetic. One file a rule under `rules/`; conflict is data, never an error."""
