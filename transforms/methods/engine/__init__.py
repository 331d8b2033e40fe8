"""What a method is made of, and its formula as it is printed: a tree read back from the expressions that run."""
