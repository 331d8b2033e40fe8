"""What a row must agree with outside itself."""
