"""Every figure that the disclosure prints, under a key that is the same in every edition and language."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from reports.crf.document import CrfDocument
from reports.crf.printed import FieldLine
from reports.crf.words import WORDS, Words
from reports.documents import PrintedFigure
from reports.numbers import MISSING
from schemas.disclosures import WINDOWS

MONEY: Final = "10,000 CNY"
PER_CENT: Final = "%"
TONNES: Final = "tCO2e"
TONNES_A_YEAR: Final = "tCO2e/yr"

OF_CELLS: Final = {
    "project_count": "",
    "disbursed_wan": MONEY,
    "weighted_rate_pct": PER_CENT,
    "reductions": TONNES_A_YEAR,
}
OF_TOTALS: Final = {"headline_reductions": TONNES_A_YEAR, "coverage": PER_CENT}
OF_PROJECTS: Final = {
    "disbursed_wan": MONEY,
    "total_investment_wan": MONEY,
    "share": PER_CENT,
    "annual_reductions": TONNES_A_YEAR,
    "attributed_reductions": TONNES_A_YEAR,
    "promised": TONNES,
    "expected": TONNES,
    "expected_range": TONNES,
    "measured": TONNES,
    "gap": TONNES,
}
OF_RANGE: Final = {"figure": TONNES, "uncertainty": TONNES, "relative": PER_CENT, "lower": TONNES, "upper": TONNES}
OF_INPUTS: Final = {"relative": PER_CENT, "contribution": TONNES, "narrowed": TONNES}
OF_VERIFIED: Final = {"verified": TONNES, "measured": TONNES}
"""Parts of what is printed that are figures, with their units."""


def crf_figures(document: CrfDocument) -> tuple[PrintedFigure, ...]:
    """Return the figures of a disclosure, totals first; one that is blank is printed as missing."""
    words = WORDS[document.lang]
    return tuple(
        _one_key_each([*_of_table(document, words), *_of_projects(document, words), *_of_evidence(document, words)])
    )


def _of_table(document: CrfDocument, words: Words) -> Iterator[PrintedFigure]:
    for line in sorted(document.lines, key=lambda line: not line.is_total):
        for window, name, cells in zip(WINDOWS, words.windows, line.windows, strict=True):
            units = OF_CELLS | (OF_TOTALS if line.is_total else {})
            yield from _figures(f"table/{line.field_id}/{window}", _row(line, name, words), cells, units, words)


def _row(line: FieldLine, window: str, words: Words) -> str:
    return words.joined(words.figures["total"] if line.is_total else line.name, window)


def _of_projects(document: CrfDocument, words: Words) -> Iterator[PrintedFigure]:
    effects = (document.most_significant_in_quarter, document.most_significant_since_start)
    for window, name, named in zip(
        (WINDOWS[0], WINDOWS[-1]), (words.windows[0], words.windows[-1]), effects, strict=True
    ):
        for one in named:
            label = words.joined(one.name, name)
            yield from _figures(f"sentence/{window}/{one.name}", label, one, {"reductions": TONNES_A_YEAR}, words)
    for line in document.projects:
        yield from _figures(f"project/{line.project_id}", line.name, line, OF_PROJECTS, words)
    for verified in document.verified:
        key = f"verified/{verified.name}/{verified.from_date}/{verified.document}"
        yield from _figures(key, words.joined(verified.name, verified.from_date), verified, OF_VERIFIED, words)


def _of_evidence(document: CrfDocument, words: Words) -> Iterator[PrintedFigure]:
    if document.range.period:
        yield from _figures("range", document.range.period, document.range, OF_RANGE, words)
    for line in document.range.inputs:
        yield from _figures(f"range/{line.name}", line.name, line, OF_INPUTS, words)
    for factor in document.factors:
        key = f"factor/{factor.parameter_id}/{factor.scope}/{factor.valid_from}"
        label = words.joined(factor.parameter_id, factor.scope, factor.valid_from)
        yield from _figures(key, label, factor, {"value": factor.unit}, words)
    yield from _figures("limits", words.figures["limits"], document, {"refused_rows": ""}, words)


def _figures(key: str, label: str, printed: object, units: Mapping[str, str], words: Words) -> Iterator[PrintedFigure]:
    for part, unit in units.items():
        text = getattr(printed, part) or MISSING
        yield PrintedFigure(f"{key}/{part}", words.joined(label, words.figures[part]), text, unit)


def _one_key_each(figures: Iterable[PrintedFigure]) -> Iterator[PrintedFigure]:
    """Two projects may have one name: the second of a key has its place behind it."""
    times: Counter[str] = Counter()
    for figure in figures:
        times[figure.key] += 1
        place = times[figure.key]
        yield figure if place == 1 else figure._replace(key=f"{figure.key}#{place}")
