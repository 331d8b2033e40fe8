"""The method steam_heating_chp_efficiency: formula, texts, worked cases and page."""
