"""How sure the measured figure is, as printed: its 95 % interval and the ten inputs that would narrow it most."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from reports import numbers
from reports.codes import RowCodes
from reports.crf.words import WORDS
from reports.glyphs import printable
from reports.names import Names
from schemas.contract import DataFrame
from schemas.uncertainty import FigureUncertainty, UncertaintyInput

TEN: Final = 10


@dataclass(frozen=True)
class InputLine:
    """One reading or factor: how uncertain it is, what that does to the figure, what knowing it would give."""

    code: str
    position: str
    key: str
    name: str
    origin: str
    relative: str
    contribution: str
    narrowed: str


@dataclass(frozen=True)
class Range:
    """What the disclosed loans claim of the last complete year, with its interval; empty strings where none."""

    code: str
    period: str
    figure: str
    uncertainty: str
    relative: str
    lower: str
    upper: str
    inputs: tuple[InputLine, ...]


NO_RANGE: Final = Range("", "", "", "", "", "", "", ())


def printed_range(
    figures: DataFrame[FigureUncertainty], inputs: DataFrame[UncertaintyInput], codes: RowCodes, names: Names
) -> Range:
    """Return the range as printed. figures: one row or none."""
    known = figures.drop_nulls("standard_uncertainty_tco2e")
    if known.is_empty():
        return NO_RANGE
    row = known.row(0, named=True)
    leading = inputs.sort("rank_number").head(TEN).to_dicts()
    return Range(
        code=codes("range"),
        period=row["period"],
        figure=numbers.tonnes(row["figure_tco2e"]),
        uncertainty=numbers.tonnes(row["standard_uncertainty_tco2e"]),
        relative=numbers.per_cent(row["relative_uncertainty_ratio"]),
        lower=numbers.tonnes(row["lower_95_tco2e"]),
        upper=numbers.tonnes(row["upper_95_tco2e"]),
        inputs=tuple(_line(one, codes, names) for one in leading),
    )


def _line(row: Mapping[str, Any], codes: RowCodes, names: Names) -> InputLine:
    """The key is the input as the tables call it in the language: editions before had it so, too."""
    called = printable(row["input_zh" if names.lang == "zh" else "input"])
    return InputLine(
        code=codes("range", row["input"], row["scope"]),
        position=numbers.count(row["rank_number"]),
        key=called,
        name=names.worded(called),
        origin=WORDS[names.lang].origins[row["origin"]],
        relative=numbers.per_cent(row["relative_uncertainty_ratio"]),
        contribution=numbers.tonnes(abs(row["contribution_tco2e"])),
        narrowed=numbers.tonnes(row["narrowed_tco2e"]),
    )
