"""The live page and the API: shows what the pipeline answers, and carries edits to it."""
