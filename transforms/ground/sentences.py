"""Sentences are data, in both languages (flags.toml, gates.toml, sentences.toml); facts fill their places."""

import re
from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any, Final, TypeAlias

import polars as pl

PLACE: Final = re.compile(r"\{(\w+)\}")
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


def filled(text: str, facts: Mapping[str, Text]) -> pl.Expr:
    """Return the text with its places filled; empty where a fact is."""
    named = PLACE.findall(text)
    return pl.format(PLACE.sub("{}", text), *(facts[name] for name in named)) if named else pl.lit(text)
