"""A formula as it runs, read back as a tree and written as text, Typst mathematics, SQL and Python."""
