"""What a company is worth, on which date and basis, and what must be true. Claims and assumptions in, figures out."""
