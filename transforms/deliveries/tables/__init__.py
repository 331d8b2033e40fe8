"""A sheet -> the rows of one table."""
