"""Sentences are data, in both languages (flags.toml, gates.toml, sentences.toml); facts fill their places."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache, reduce
from typing import Any, Final, NamedTuple, TypeAlias

import polars as pl


class Signs(NamedTuple):
    """How a language parts what it puts side by side: items of a list, cells of a row, sentences; and a title."""

    items: str
    cells: str
    sentences: str
    titled: str


SIGNS: Final[Mapping[str, Signs]] = {
    "en": Signs(", ", ", ", "; ", "{title}: {text}"),
    "zh": Signs("、", "，", "；", "{title}：{text}"),
}
PLACE: Final = re.compile(r"\{(\w+)\}")
INNER: Final = "inner"
"""A place of a sentence that is filled with another of its kind: sheet 贷款, line 2."""
Text: TypeAlias = str | pl.Expr
Fact: TypeAlias = Text | tuple[Text, Text]
"""A column, an expression, or one for each language (en, zh)."""
Sentences: TypeAlias = Mapping[str, Mapping[str, Any]]
"""Name to the text in each language, and `else`: place to the words, in each, that fill it where a fact is empty."""


def in_both(texts: Mapping[str, Any], **facts: Fact) -> tuple[pl.Expr, pl.Expr]:
    """Return the sentence of each row in English and in Chinese. facts: what fills its places."""
    pairs = {place: fact if isinstance(fact, tuple) else (fact, fact) for place, fact in facts.items()}
    return (
        filled(texts["en"], {place: english for place, (english, _) in pairs.items()}),
        filled(texts["zh"], {place: chinese for place, (_, chinese) in pairs.items()}),
    )


def put_in(text: str, facts: Mapping[str, str]) -> str:
    """Return the text with its places filled by plain words."""
    return PLACE.sub(lambda place: facts[place[1]], text)


def joined(parts: Iterable[str], text: str) -> str:
    """Return the parts as one: text has the places {one} and {other}, filled again and again from the left."""
    return reduce(lambda one, other: put_in(text, {"one": one, "other": other}), parts)


def in_words(text: str, sentences: Sentences, beginning: str, lang: str) -> str:
    """Return a text that is one of the English sentences whose names begin so, in the language; any other as it is.

    Of two that fit, the one listed first holds. A place {inner} is such a text itself.
    """
    for name, texts in sentences.items():
        if name.startswith(beginning) and (match := _form(texts["en"]).fullmatch(text)):
            parts = match.groupdict()
            inner = {INNER: in_words(parts[INNER], sentences, beginning, lang)} if INNER in parts else {}
            return put_in(texts[lang], parts | inner)
    return text


@lru_cache(maxsize=64)
def _form(text: str) -> re.Pattern[str]:
    """The English words of a sentence, each of its places as a group."""
    pieces = PLACE.split(text)
    return re.compile("".join(f"(?P<{piece}>.+?)" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces)))


def filled(text: str, facts: Mapping[str, Text]) -> pl.Expr:
    """Return the text with its places filled; empty where a fact is."""
    named = PLACE.findall(text)
    return pl.format(PLACE.sub("{}", text), *(facts[name] for name in named)) if named else pl.lit(text)
