"""Any number back to its claims and assumptions, and any claim forward to what rests on it."""
