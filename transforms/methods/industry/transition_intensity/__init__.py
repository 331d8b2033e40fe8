"""The method transition_intensity: formula, texts, worked cases and page."""
