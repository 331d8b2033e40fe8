"""The method manure_biogas: formula, texts, worked cases and page."""
