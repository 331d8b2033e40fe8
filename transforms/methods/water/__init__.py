"""Water saved and wastewater treated."""
