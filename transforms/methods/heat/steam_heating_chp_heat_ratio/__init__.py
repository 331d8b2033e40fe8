"""The method steam_heating_chp_heat_ratio: formula, texts, worked cases and page."""
