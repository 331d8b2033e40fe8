"""Promised, expected and measured side by side, and the tables that are disclosed."""
