"""Power: renewable plants and recovered heat."""
