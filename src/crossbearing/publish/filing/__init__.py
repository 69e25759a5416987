"""A filing against a book, shown: tables for the screen and one page. Computes nothing."""
