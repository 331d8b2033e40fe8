"""The words of the statement beside the template's, in both languages (words.toml)."""

from typing import Final

from reports.house.yearly import words_of

WORDS: Final = words_of(__package__)
"""By language: zh, en."""
