"""Notes: sums of them, the cassettes they lie in, and which to pay a sum in."""
