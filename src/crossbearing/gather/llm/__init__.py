"""A language model proposes, the text decides: figures a model names are verified against the document or dropped and counted."""
