"""The method rice_methane: formula, texts, worked cases and page."""
