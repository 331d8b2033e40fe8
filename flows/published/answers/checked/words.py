"""The sentences of `greenloan check` in both languages (words.toml)."""

import tomllib
from importlib import resources
from typing import Final

from flows.published.kinds.kinds import Lang
from transforms.ground.sentences import Sentences, put_in

WORDS: Final[Sentences] = tomllib.loads(resources.files(__package__).joinpath("words.toml").read_text("utf-8"))


def worded(sentence: str, lang: Lang, **facts: object) -> str:
    """Return the sentence with its places filled."""
    return put_in(WORDS[sentence][lang], {place: str(fact) for place, fact in facts.items()})
