"""The method electric_farm_machinery: formula, texts, worked cases and page."""
