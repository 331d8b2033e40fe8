"""The method waste_heat_recovery: formula, texts, worked cases and page."""
