"""The published file, the only room that uses DuckDB: how it is opened, built, commented, swapped in and read."""
