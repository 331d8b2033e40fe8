"""A flag is a code, its subject and the facts of its sentence; data/reference/flags.toml has the sentences."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import polars as pl

from schemas.between.ground import FlagFacts
from schemas.contract import DataFrame, unchecked
from schemas.runs import Flag
from transforms.ground.calendar import Period
from transforms.ground.sentences import PLACE, Fact, Sentences, Text, filled

DAYS: Final = ["period_from_date", "period_to_date"]
"""The days that a flag is about; empty where it is about all of its subject."""
COLUMNS: Final = ["code", "subject", "message", "message_zh", *DAYS]
UNKNOWN: Final = "{else}"
"""A part of a fact that is not known, as an empty fact is not known at all; `else` of the sentence has the words."""


def flags(
    rows: pl.DataFrame,
    code: str,
    subject: str,
    /,
    *columns: str,
    wording: str | None = None,
    dated: tuple[str, str] | None = None,
    **facts: Fact,
) -> DataFrame[FlagFacts]:
    """Return a flag a row (FlagFacts): the code, the value of column `subject`, and what fills its sentence.

    columns: those that fill the place of their own name; facts: what fills others. wording: the sentence's name
    where it is not the code. dated: the columns of the first and last day that the flag is about.
    """
    filled = [_fact(place, fact) for place, fact in ({name: name for name in columns} | facts).items()]
    days = [pl.col(name) for name in dated] if dated else [pl.lit(None, pl.Date)] * len(DAYS)
    return unchecked(
        rows.select(
            code=pl.lit(code),
            subject=pl.col(subject),
            wording=pl.lit(wording or code),
            facts=pl.concat_list(filled) if filled else pl.lit([], FlagFacts.polars_schema()["facts"]),
            **dict(zip(DAYS, days, strict=True)),
        ),
        FlagFacts,
    )


def _fact(place: str, fact: Fact) -> pl.Expr:
    english, chinese = fact if isinstance(fact, tuple) else (fact, fact)
    return pl.struct(place=pl.lit(place), en=_text(english), zh=_text(chinese))


def _text(value: Text) -> pl.Expr:
    return pl.format("{}", value)


class Notice(NamedTuple):
    """A flag of one thing, whose subject is named later: its code, its sentence's name, its facts (place, en, zh)."""

    code: str
    wording: str
    facts: tuple[tuple[str, str | None, str | None], ...]


def notice(code: str, /, *, wording: str | None = None, **facts: object) -> Notice:
    """Return the notice; facts: what fills the places of its sentence, a pair where the languages differ (en, zh)."""
    pairs = {place: fact if isinstance(fact, tuple) else (fact, fact) for place, fact in facts.items()}
    return Notice(code, wording or code, tuple((place, _word(en), _word(zh)) for place, (en, zh) in pairs.items()))


def _word(fact: object) -> str | None:
    return None if fact is None else str(fact)


def noticed(notices: Iterable[tuple[str, Notice]]) -> DataFrame[FlagFacts]:
    """Return the notices as flags, each with its subject before it."""
    names = ("place", "en", "zh")
    rows = [
        {
            "code": one.code,
            "subject": subject,
            "wording": one.wording,
            "facts": [dict(zip(names, fact, strict=True)) for fact in one.facts],
        }
        for subject, one in notices
    ]
    return unchecked(pl.DataFrame(rows, schema=FlagFacts.polars_schema()), FlagFacts)


def with_sentences(facts: DataFrame[FlagFacts], sentences: Sentences) -> DataFrame[Flag]:
    """Return the flags with their sentences in both languages; sentences: Reference.flags."""
    numbered = facts.with_row_index("at")
    written = [_written(own, sentences[name]) for (name,), own in numbered.group_by("wording", maintain_order=True)]
    empty = _written(numbered.clear(), {"en": "", "zh": ""})
    return unchecked(pl.concat([empty, *written]).sort("at").select(COLUMNS), Flag)


def _written(flags: pl.DataFrame, texts: Mapping[str, Any]) -> pl.DataFrame:
    places = flags["facts"].head(1).explode().struct.field("place").drop_nulls().to_list()
    otherwise = texts.get("else", {})

    def fact(name: str, language: str) -> pl.Expr:
        known = pl.col("facts").list.get(places.index(name)).struct.field(language)
        if name not in otherwise:
            return known
        return known.fill_null(UNKNOWN).str.replace_all(UNKNOWN, otherwise[name][language], literal=True)

    def written(language: str) -> pl.Expr:
        text = texts[language]
        return filled(text, {name: fact(name, language) for name in PLACE.findall(text)})

    return flags.with_columns(message=written("en"), message_zh=written("zh"))


def no_flags() -> DataFrame[FlagFacts]:
    """Return an empty table of flags."""
    return FlagFacts.empty_frame()


def about(period: Period) -> pl.Expr:
    """Return whether a flag is about the period."""
    first, last = (pl.col(name) for name in DAYS)
    return (first <= period.last).fill_null(True) & (last >= period.first).fill_null(True)
