"""A place in a form: written in English by the readers, in Chinese by the words of sentences.toml."""

from collections.abc import Iterable, Iterator
from typing import Final

from transforms.ground.flag_rows import Notice
from transforms.ground.sentences import Sentences, in_words

OF_PLACES: Final = "place_"
"""How the names of these sentences begin; of two that fit, the one listed first holds."""
WHERE: Final = "where"
"""The fact of a notice that is a place."""


def with_places(notices: Iterable[tuple[str, Notice]], words: Sentences) -> Iterator[tuple[str, Notice]]:
    """Return the notices with the places that they name in Chinese too; words: Reference.sentences."""
    for subject, one in notices:
        facts = ((name, en, in_chinese(en, words) if name == WHERE and en else zh) for name, en, zh in one.facts)
        yield subject, one._replace(facts=tuple(facts))


def in_chinese(where: str, words: Sentences) -> str:
    """Return the place in Chinese; one that is named by its header stays as it is."""
    return in_words(where, words, OF_PLACES, "zh")
