"""The outlook shown: a first screen in plain words, tables, and one JSON document."""
