"""The method straw_utilization: formula, texts, worked cases and page."""
