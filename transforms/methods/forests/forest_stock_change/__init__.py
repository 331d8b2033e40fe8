"""The method forest_stock_change: formula, texts, worked cases and page."""
