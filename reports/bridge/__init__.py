"""The bridge between two states: its table, sentences and chart."""
