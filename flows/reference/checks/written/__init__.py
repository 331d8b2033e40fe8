"""What is wrong with a file by itself: its signs, its keys, its cells."""
