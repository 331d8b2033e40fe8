"""What a column is and what stands for all its rows: names, units, layouts."""
