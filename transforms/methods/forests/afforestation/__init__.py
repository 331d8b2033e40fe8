"""The method afforestation: formula, texts, worked cases and page."""
