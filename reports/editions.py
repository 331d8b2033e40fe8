"""What a document says of its edition: what changed against the one before, and why."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reports import numbers
from reports.documents import Cause, Change, EditionNotice, PrintedFigure
from reports.names import Names
from reports.numbers import MISSING

OF_PROJECTS: Final = "project/"
"""How the keys of figures begin that are a project's own; its id follows."""

LISTED: Final = 3
"""Changes on the first page; all are attached."""

CAUSES: Final = 4
PROJECTS: Final = 8
"""Projects that are named of each kind; those beyond are in what is attached."""

BEYOND: Final = "…"


MEASURED: Final = ("tCO2e", "tCO2e/yr", "CNY", "10,000 CNY")
"""Units of what is restated towards a reader: tonnes and money."""

OF_RANGES: Final = "range/"
RANGED: Final = "range/figure"
"""How the keys of figures begin that say how sure another one is, and that one, a sum of tonnes."""

DIFFERENCES: Final = ("/gap",)
"""How the keys end of what lies between two figures that are judged themselves, and may be next to nothing."""


@dataclass(frozen=True)
class Before:
    """The edition before: its number, and its figures, None where they cannot be read."""

    number: int
    figures: Sequence[PrintedFigure] | None


def edition_notice(
    before: Before,
    reason: str,
    figures: Sequence[PrintedFigure],
    causes: Mapping[str, Sequence[str]],
    names: Names,
) -> EditionNotice:
    """Return what changed in the figures against the edition before.

    causes: by project, what is known to have moved it: of projects with a changed figure of their own, and where a sum
    changed of all; names: what projects and codes are called.
    A project that changed without a known cause is named; without a changed project and a cause none is known at all.
    """
    old, new = _by_key(before.figures or ()), _by_key(figures if before.figures is not None else ())
    keys = [key for key in (*new, *(key for key in old if key not in new)) if _text(old, key) != _text(new, key)]
    changes = tuple(_change(old, new, key) for key in keys)
    there, here = _projects(old), _projects(new)
    moved = [name for name in _projects(keys) if name in there and name in here]
    is_sum_moved = any(not key.startswith(OF_PROJECTS) for key in keys)
    behind = [*moved, *(one for one in causes if is_sum_moved and one not in moved)]
    known = [Cause(names.subject(one), names.worded(cause)) for one in behind for cause in causes.get(one, ())]
    return EditionNotice(
        number=numbers.count(before.number + 1),
        before=numbers.count(before.number),
        reason=reason,
        changes=changes[:LISTED],
        changes_count=numbers.count(len(changes)),
        more_count=numbers.count(len(changes) - LISTED) if len(changes) > LISTED else "",
        causes=tuple(known[:CAUSES]),
        has_more_causes=len(known) > CAUSES,
        unknown=_first([names.subject(one) for one in moved if not causes.get(one)]),
        joined=_first([names.subject(one) for one in here if one not in there]),
        left=_first([names.subject(one) for one in there if one not in here]),
        attached=_as_csv(keys, changes) if changes else "",
    )


def beyond(
    before: Sequence[PrintedFigure], after: Sequence[PrintedFigure], threshold_ratio: float
) -> tuple[Change, ...]:
    """Return the tonnes and money that moved by more than the threshold of what they were, or are lost."""
    old, new = _by_key(before), _by_key(after)
    measured = [key for key, one in old.items() if one.unit in MEASURED and not key.endswith(DIFFERENCES)]
    judged = [key for key in measured if key == RANGED or not key.startswith(OF_RANGES)]
    return tuple(_change(old, new, key) for key in judged if _is_beyond(old[key], new.get(key), threshold_ratio))


def _is_beyond(before: PrintedFigure, after: PrintedFigure | None, threshold_ratio: float) -> bool:
    was = numbers.read(before.printed)
    if was is None:
        return False
    now = None if after is None else numbers.read(after.printed)
    return now is None or abs(now - was) > threshold_ratio * abs(was)


def _by_key(figures: Sequence[PrintedFigure]) -> dict[str, PrintedFigure]:
    return {one.key: one for one in figures}


def _text(figures: Mapping[str, PrintedFigure], key: str) -> tuple[str, str]:
    return (figures[key].printed, figures[key].unit) if key in figures else (MISSING, "")


def _change(old: Mapping[str, PrintedFigure], new: Mapping[str, PrintedFigure], key: str) -> Change:
    figure = new[key] if key in new else old[key]
    return Change(figure.label, figure.unit, _text(old, key)[0], _text(new, key)[0])


def _projects(keys: Sequence[str] | Mapping[str, PrintedFigure]) -> list[str]:
    named = (key.removeprefix(OF_PROJECTS).rpartition("/")[0] for key in keys if key.startswith(OF_PROJECTS))
    return list(dict.fromkeys(named))


def _first(names: Sequence[str]) -> tuple[str, ...]:
    return (*names[:PROJECTS], BEYOND) if len(names) > PROJECTS else tuple(names)


def _as_csv(keys: Sequence[str], changes: Sequence[Change]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["figure_key", "figure_label", "unit", "before", "after"])
    writer.writerows([key, one.label, one.unit, one.before, one.after] for key, one in zip(keys, changes, strict=True))
    return "\ufeff" + out.getvalue()
