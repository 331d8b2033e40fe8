"""The method steam_heating_chp_energy: formula, texts, worked cases and page."""
