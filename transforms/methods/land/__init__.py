"""Fields, animals and machines."""
