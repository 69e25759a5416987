"""Over-determined arithmetic solved: which claims cannot hold together, what the others leave open."""
