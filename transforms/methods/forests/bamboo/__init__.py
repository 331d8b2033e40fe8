"""The method bamboo: formula, texts, worked cases and page."""
