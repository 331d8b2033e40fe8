"""The method steam_heating_waste_heat: formula, texts, worked cases and page."""
