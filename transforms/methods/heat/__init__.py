"""Heat: networks of steam and hot water, fuels replaced."""
