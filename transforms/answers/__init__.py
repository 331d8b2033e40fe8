"""Figures of any period, and how those that were published moved."""
