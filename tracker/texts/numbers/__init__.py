"""Numbers that state a probability, and the clauses around them."""
