"""The method rooftop_pv: formula, texts, worked cases and page."""
