"""Forests and bamboo: removals."""
