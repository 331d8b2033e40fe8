"""The words of the chapters beside their template's, in both languages (words.toml)."""

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Final


@dataclass(frozen=True)
class Words:
    """The words of one language.

    county: whose a county's chapters are, with a place for its name; figures: what each printed figure is; signs: what
    the share rule calls its terms; joiner: what parts the parts of a figure's name.
    """

    whole_book: str
    county: str
    title: str
    total: str
    others: str
    joiner: str
    signs: dict[str, str]
    figures: dict[str, str]

    def joined(self, *parts: str) -> str:
        """Return the parts of a figure's name as one."""
        return self.joiner.join(parts)


_TABLE: Final = resources.files(__package__).joinpath("words.toml")
WORDS: Final = {lang: Words(**words) for lang, words in tomllib.loads(_TABLE.read_text("utf-8")).items()}
"""By language: zh, en."""
