"""The method industrial_energy_saving: formula, texts, worked cases and page."""
