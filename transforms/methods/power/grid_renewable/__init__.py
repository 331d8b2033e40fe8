"""The method grid_renewable: formula, texts, worked cases and page."""
