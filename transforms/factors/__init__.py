"""The value in force of each parameter, with what follows from others."""
