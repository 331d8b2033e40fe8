"""The method steam_heating_standard_coal: formula, texts, worked cases and page."""
