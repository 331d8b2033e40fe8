"""`greenloan check`: what a night would make of files that are not delivered yet, and the copies that show it."""
