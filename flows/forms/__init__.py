"""A delivered file's bytes -> grids of text; it loads nothing itself, for parsers are programs that start from here."""
