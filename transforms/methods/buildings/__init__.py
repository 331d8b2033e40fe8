"""Buildings and their lamps."""
