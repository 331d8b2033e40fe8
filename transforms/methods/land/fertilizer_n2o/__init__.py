"""The method fertilizer_n2o: formula, texts, worked cases and page."""
