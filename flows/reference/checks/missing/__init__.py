"""What must be there, since the program or another table asks for it."""
