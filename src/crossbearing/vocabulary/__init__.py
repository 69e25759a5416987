"""The nouns of the program, all frozen: claim, source, metric, basis, period, quantity, interval, series, lineage."""
