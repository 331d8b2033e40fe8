"""The method steam_heating_default_factor: formula, texts, worked cases and page."""
