"""The bridge by what a reader asks for: the whole book, lenders or projects, exact and as it is printed."""

from typing import Final, NamedTuple

import polars as pl

from schemas.contract import DataFrame
from schemas.marts import BridgePart
from schemas.words.causes import CAUSES
from transforms.bridge.bridge import bridge, claims
from transforms.bridge.closing import apportioned, whole_steps
from transforms.bridge.state import State

BY: Final = {"total": [], "lender": ["lender"], "project": ["project_id"]}


class Step(NamedTuple):
    """A cause, of a factor the parameter, its tonnes and what is printed of them (closing.PRINTED)."""

    cause: str
    parameter_id: str | None
    tonnes: float
    printed: int


class Span(NamedTuple):
    """What a subject's loans may claim in two states, and the causes of the difference; subject: None is the book."""

    subject: str | None
    before: float
    after: float
    printed_before: int
    printed_after: int
    steps: tuple[Step, ...]


def spans(before: State, after: State, by: str, lender: str | None = None) -> list[Span]:
    """Return a span a subject, its causes in the order of schemas.words.causes; exact and printed parts add up.

    lender: whose loans are looked at; None: all.
    """
    keys, own = BY[by], pl.lit(True) if lender is None else pl.col("lender") == lender
    sums = [_summed(claims(state).filter(own), keys) for state in (before, after)]
    parts = _by_cause(bridge(before, after).filter(own), keys)
    subjects = sorted({*sums[0], *sums[1]}, key=str)
    exact = [[held.get(subject, 0.0) for subject in subjects] for held in sums]
    printed = [apportioned(values, whole_steps(sum(values))) for values in exact]
    rows = zip(subjects, exact[0], exact[1], printed[0], printed[1], strict=True)
    return [
        Span(subject, was, now, shown_was, shown_now, _steps(parts.get(subject, []), now - was, shown_now - shown_was))
        for subject, was, now, shown_was, shown_now in rows
    ]


def _steps(parts: list[tuple[str, str | None, float]], difference: float, printed: int) -> tuple[Step, ...]:
    tonnes = _closed([part for *_, part in parts], difference)
    shown = apportioned(tonnes, printed)
    named = zip(parts, tonnes, shown, strict=True)
    return tuple(Step(cause, parameter, part, steps) for (cause, parameter, _), part, steps in named)


def _closed(tonnes: list[float], whole: float) -> list[float]:
    """The parts, of which the largest takes what adding them up in another order loses."""
    if not tonnes:
        return tonnes
    largest = max(range(len(tonnes)), key=lambda at: abs(tonnes[at]))
    others = sum(part for at, part in enumerate(tonnes) if at != largest)
    return [whole - others if at == largest else part for at, part in enumerate(tonnes)]


def _summed(rows: pl.DataFrame, keys: list[str]) -> dict[str | None, float]:
    known = rows.drop_nulls("attributed").with_columns(subject=_subject(keys))
    sums = known.sort("loan_id").group_by("subject").agg(pl.col("attributed").sum())
    return dict(sums.iter_rows()) if keys else {None: sum(sums["attributed"])}


def _subject(keys: list[str]) -> pl.Expr:
    return pl.col(keys[0]) if keys else pl.lit(None, pl.String)


def _by_cause(rows: DataFrame[BridgePart], keys: list[str]) -> dict[str | None, list[tuple[str, str | None, float]]]:
    in_turn = pl.DataFrame({"cause": CAUSES}).with_row_index("turn")
    summed = (
        rows.with_columns(subject=_subject(keys))
        .group_by("subject", "cause", "parameter_id")
        .agg(tonnes=pl.col("difference_tco2e").sum())
        .join(in_turn, on="cause")
        .sort("subject", "turn", "parameter_id")
    )
    found: dict[str | None, list[tuple[str, str | None, float]]] = {}
    for subject, *part in summed.select("subject", "cause", "parameter_id", "tonnes").iter_rows():
        found.setdefault(subject, []).append((part[0], part[1], part[2]))
    return found
