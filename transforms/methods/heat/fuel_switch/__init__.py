"""The method fuel_switch: formula, texts, worked cases and page."""
