"""What was delivered: taken in once, chained, checked, read, and sent back where it was refused."""
