"""What a user asks of positions, in plain words."""
