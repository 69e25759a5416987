"""The rules, one a file: each has a code, a message, why it matters, what resolves it, and claims on which it does and does not report."""
