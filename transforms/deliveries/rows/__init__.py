"""Rows of text -> typed rows of their contract, and the versions that count."""
