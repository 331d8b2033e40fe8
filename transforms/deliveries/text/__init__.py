"""What a piece of text says: signs, numbers, units, currencies, months."""
