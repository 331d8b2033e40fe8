"""The method air_source_heat_pump: formula, texts, worked cases and page."""
