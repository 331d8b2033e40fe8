"""What tables are: their columns, units, allowed values and errors. Imports nothing of ours."""
