"""The sentences of `greenloan status` in one language (status.toml)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from flows.published.kinds.kinds import Lang
from transforms.ground.sentences import SIGNS, Sentences, in_words, put_in

SENTENCES: Final[Sentences] = tomllib.loads(resources.files(__package__).joinpath("status.toml").read_text("utf-8"))
"""They come with the program: a night that its tables or its disk end has a status, too."""


@dataclass(frozen=True)
class Wording:
    """Words the sentences in a language."""

    lang: Lang

    def __call__(self, sentence: str, **facts: object) -> str:
        """Return the sentence with its places filled."""
        return put_in(SENTENCES[sentence][self.lang], {place: str(fact) for place, fact in facts.items()})

    def of(self, text: str, beginning: str) -> str:
        """Return a text that is one of the English sentences whose names begin so, in the language, else itself."""
        return in_words(text, SENTENCES, beginning, self.lang)

    def own(self, row: Mapping[str, Any], column: str) -> str:
        """Return what a column of the published file, which has a twin in Chinese, says in the language."""
        return str(row[f"{column}_zh" if self.lang == "zh" else column])

    def own_texts(self, row: Mapping[str, Any], column: str) -> list[str]:
        """Return the same of a list of texts."""
        return [*row[f"{column}_zh" if self.lang == "zh" else column]]

    def joined(self, texts: list[str]) -> str:
        """Return the texts as one list."""
        return SIGNS[self.lang].items.join(texts)
