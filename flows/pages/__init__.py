"""What is written from the contracts and formulas: data dictionary, method pages, delivery templates."""
