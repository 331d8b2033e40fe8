"""A place in a form: written in English by the readers, in Chinese by the words of sentences.toml."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from transforms.ground.flag_rows import Notice
from transforms.ground.sentences import PLACE, Sentences, put_in

OF_PLACES: Final = "place_"
"""How the names of these sentences begin; of two that fit, the one listed first holds."""
WHERE: Final = "where"
"""The fact of a notice that is a place."""
INNER: Final = "place"
"""A part of a place that is one itself: sheet 贷款, line 2."""


def with_places(notices: Iterable[tuple[str, Notice]], words: Sentences) -> Iterator[tuple[str, Notice]]:
    """Return the notices with the places that they name in Chinese too; words: Reference.sentences."""
    for subject, one in notices:
        facts = ((name, en, in_chinese(en, words) if name == WHERE and en else zh) for name, en, zh in one.facts)
        yield subject, one._replace(facts=tuple(facts))


def in_chinese(where: str, words: Sentences) -> str:
    """Return the place in Chinese; one that is named by its header stays as it is."""
    for name, texts in words.items():
        if name.startswith(OF_PLACES) and (match := _form(texts["en"]).fullmatch(where)):
            parts = match.groupdict()
            inner = {INNER: in_chinese(parts[INNER], words)} if INNER in parts else {}
            return put_in(texts["zh"], parts | inner)
    return where


@lru_cache(maxsize=64)
def _form(text: str) -> re.Pattern[str]:
    """The English words of a place, each of its parts as a group."""
    pieces = PLACE.split(text)
    return re.compile("".join(f"(?P<{piece}>.+?)" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces)))
