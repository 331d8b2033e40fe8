"""A sheet as it is: its cells, what hangs on them, what a spreadsheet has spoiled."""
