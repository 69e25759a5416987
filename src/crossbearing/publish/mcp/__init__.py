"""The assistant's tools: the book and its results over the Model Context Protocol."""
