"""The method led_lighting: formula, texts, worked cases and page."""
