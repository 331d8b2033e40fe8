"""The method grid_renewable_coal_rate: formula, texts, worked cases and page."""
