"""What was lent, repaid and is outstanding, in one currency."""
