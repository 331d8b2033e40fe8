"""What may be wrong with the reference tables: each slip by file, row or section, all of them at once."""
