"""How sure each figure is."""
