"""The tables of data/reference and the texts of the methods, read and checked."""
