"""Transactions and sales ledgers -> measured claims: portable SQL counts, Python does the statistics."""
