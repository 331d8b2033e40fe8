"""The method water_saving: formula, texts, worked cases and page."""
