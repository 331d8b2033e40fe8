"""The method wastewater_treatment: formula, texts, worked cases and page."""
