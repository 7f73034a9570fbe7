"""What a new customer fills in: the fields of each step and what is a valid entry."""
