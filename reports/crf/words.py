"""The words of the disclosure beside its template's, in both languages (words.toml)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final


@dataclass(frozen=True)
class Words:
    """The words of one language.

    windows: the quarter, the year so far, all since the start; outcomes: promised, expected, measured;
    origins: of an input; signs: what the formulas beside those of methods call their terms, which of a share rule
    are parts of schemas.reference.Profile; figures: what each printed figure is; joiner: what parts its name's parts;
    kind: what an expectation rests on, with places for the kind of projects, the scope and how many they are;
    titles: the document's own, of a lender and of the whole book.
    """

    windows: tuple[str, ...]
    outcomes: tuple[str, str, str]
    whole_book: str
    origins: dict[str, str]
    signs: dict[str, str]
    figures: dict[str, str]
    joiner: str
    kind: str
    titles: dict[str, str]

    def joined(self, *parts: str) -> str:
        """Return the parts of a figure's name as one."""
        return self.joiner.join(parts)


def _read(words: Mapping[str, Any]) -> Words:
    promised, expected, measured = words["outcomes"]
    return Words(**{**words, "windows": tuple(words["windows"]), "outcomes": (promised, expected, measured)})


_TABLE: Final = resources.files(__package__).joinpath("words.toml")
WORDS: Final = {lang: _read(words) for lang, words in tomllib.loads(_TABLE.read_text("utf-8")).items()}
"""By language: zh, en."""
