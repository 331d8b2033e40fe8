"""The method steam_heating: formula, texts, worked cases and page."""
