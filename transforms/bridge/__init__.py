"""Why attributed tonnes differ between two states: the difference by its causes, in no order."""
