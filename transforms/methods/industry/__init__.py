"""Industry: energy saved, and transitions against an own base year."""
