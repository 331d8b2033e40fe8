"""One run: its stages in order, its record, and how it is interrupted."""
