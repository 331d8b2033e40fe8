"""Attributed tonnes of two states of a book beside each other, of one period."""

from typing import Any, Final

from transforms.answers.summaries import BY, summarise
from transforms.attribution.holdings import Holdings
from transforms.attribution.profiles import Rule
from transforms.attribution.shares import attribute
from transforms.ground.calendar import Period

LEVELS: Final = tuple(level for level in BY if level != "loan")
"""Of whom tonnes are attributed: loans are too many to be read beside each other."""

ROUNDING: Final = 1e-9
"""Sums of the same parts in another order differ by less, of what they are."""


def figures_beside(published: Holdings, previewed: Holdings, period: Period, rule: Rule) -> list[dict[str, Any]]:
    """Return a row for the whole book (its subject is empty), each lender and each project of either state: tCO2e, None

    where there is no figure; is_moved beyond rounding.
    """
    before, after = (_by_level(one, period, rule) for one in (published, previewed))
    return [
        _beside(level, subject, before[level].get(subject), after[level].get(subject))
        for level in LEVELS
        for subject in sorted({*before[level], *after[level]})
    ]


def _by_level(holdings: Holdings, period: Period, rule: Rule) -> dict[str, dict[str, float | None]]:
    rows = attribute(holdings, period, rule)
    found: dict[str, dict[str, float | None]] = {}
    for level in LEVELS:
        columns = [*BY[level], "attributed_reductions_tco2e"]
        found[level] = {row[0] if row[1:] else "": row[-1] for row in summarise(rows, level).select(columns).rows()}
    return found


def _beside(level: str, subject: str, was: float | None, now: float | None) -> dict[str, Any]:
    difference = None if was is None or now is None else now - was
    return {
        "level": level,
        "subject": subject,
        "published_tco2e": was,
        "previewed_tco2e": now,
        "difference_tco2e": difference,
        "is_moved": was is not now if difference is None else abs(difference) > ROUNDING * abs(was or 0.0),
    }
