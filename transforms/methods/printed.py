"""The methods and their editions as tables, each with its formula in one line and in the reader's language."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from schemas.contract import DataFrame, conform
from schemas.reference import MethodEdition, MethodEntry
from transforms.ground.sentences import Sentences
from transforms.methods.catalog import EDITIONS
from transforms.methods.editions import editions_of, in_force_on
from transforms.methods.engine.emission_reductions import OWN_FIGURE
from transforms.methods.engine.lines import LEFT, Line
from transforms.methods.engine.render import Lang, Text, in_one_line
from transforms.methods.engine.tree import read_back

PRINTED: Final[dict[str, Lang]] = {"formula": "en", "formula_zh": "zh"}
"""Column to the language of its formulas."""


def method_entries(methods: Mapping[str, Mapping[str, Any]], day: dt.date, words: Sentences) -> DataFrame[MethodEntry]:
    """Return core.methods: every method id, with the formula of the edition in force on the day.

    methods: ground.reference.Reference.methods; words: Reference.sentences.
    """
    in_force = in_force_on(editions_of(methods), day)
    entries = [
        {
            "method": name,
            "method_kind": entry["kind"],
            **{key: entry[key] for key in entry if key != "editions"},
            **{
                column: printed_formula(name, in_force.get(name), entry["kind"], words, lang)
                for column, lang in PRINTED.items()
            },
        }
        for name, entry in methods.items()
    ]
    return conform(pl.DataFrame(entries), MethodEntry)


def method_editions(methods: Mapping[str, Mapping[str, Any]], words: Sentences) -> DataFrame[MethodEdition]:
    """Return core.method_editions: every edition of every formula, the older before the newer."""
    editions = editions_of(methods)
    keys = editions.select("method", "method_edition").rows()
    printed = {column: [in_one_line(EDITIONS[key], words, lang) for key in keys] for column, lang in PRINTED.items()}
    return conform(
        editions.with_columns(pl.Series(column, lines, pl.String) for column, lines in printed.items()), MethodEdition
    )


def printed_formula(method: str, edition: str | None, method_kind: str, words: Sentences, lang: Lang) -> str | None:
    """Return the line of an edition of a method, or of the project's own figure; None where no formula exists."""
    if edition is not None:
        return in_one_line(EDITIONS[method, edition], words, lang)
    return Text(lang, words).line(Line(LEFT, read_back(OWN_FIGURE))) if method_kind == "reported" else None
