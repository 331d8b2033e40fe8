"""The method industrial_energy_saving_per_output: formula, texts, worked cases and page."""
