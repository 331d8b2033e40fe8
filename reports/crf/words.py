"""The words of the disclosure beside its template's, in both languages (words.toml)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final


@dataclass(frozen=True)
class Words:
    """The words of one language.

    windows: the quarter, the year so far, all since the start; outcomes: promised, measured; origins: of an input;
    signs: what the formulas beside those of methods call their terms, which of a share rule are parts of
    schemas.reference.Profile.
    """

    windows: tuple[str, ...]
    outcomes: tuple[str, str]
    whole_book: str
    origins: dict[str, str]
    signs: dict[str, str]


def _read(words: Mapping[str, Any]) -> Words:
    promised, measured = words["outcomes"]
    return Words(tuple(words["windows"]), (promised, measured), words["whole_book"], words["origins"], words["signs"])


_TABLE: Final = resources.files(__package__).joinpath("words.toml")
WORDS: Final = {lang: _read(words) for lang, words in tomllib.loads(_TABLE.read_text("utf-8")).items()}
"""By language: zh, en."""
