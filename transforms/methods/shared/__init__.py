"""Terms that several methods share."""
