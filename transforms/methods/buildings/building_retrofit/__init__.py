"""The method building_retrofit: formula, texts, worked cases and page."""
