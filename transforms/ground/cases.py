"""Cases in their order: the first whose condition holds decides; where none does, the last."""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl


def first_case(cases: Iterable[tuple[pl.Expr, pl.Expr]], otherwise: pl.Expr) -> pl.Expr:
    """Return the value of the first case (condition, value) that holds; a condition that is not known does not hold."""
    result = otherwise
    for condition, value in reversed([*cases]):
        result = pl.when(condition.fill_null(False)).then(value).otherwise(result)
    return result


def first_word(words: Sequence[str], holds: Mapping[str, pl.Expr]) -> pl.Expr:
    """Return the first of the words whose condition holds, in the order of the list; its last has none, and is left."""
    *conditioned, last = words
    if set(holds) != set(conditioned):
        raise ValueError(f"conditions of {sorted(holds)}; each of {sorted(conditioned)} has one")
    return first_case([(holds[word], pl.lit(word)) for word in conditioned], pl.lit(last))
