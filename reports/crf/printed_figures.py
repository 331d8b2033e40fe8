"""Every figure that the disclosure prints, under a key that is the same in every edition and language."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from reports.codes import Column, code_of, refuse_shared
from reports.crf.columns import (
    OF_CELLS,
    OF_EFFECTS,
    OF_FACTORS,
    OF_INPUTS,
    OF_LIMITS,
    OF_PROJECTS,
    OF_RANGE,
    OF_TOTALS,
    OF_VERIFIED,
)
from reports.crf.document import CrfDocument
from reports.crf.printed import FieldLine
from reports.crf.words import WORDS, Words
from reports.documents import PrintedFigure
from reports.numbers import MISSING
from schemas.disclosures import WINDOWS


def crf_figures(document: CrfDocument) -> tuple[PrintedFigure, ...]:
    """Return the figures of a disclosure, totals first; one that is blank is printed as missing."""
    words = WORDS[document.lang]
    printed = (*_of_table(document, words), *_of_projects(document, words), *_of_evidence(document, words))
    figures = tuple(_one_key_each(printed))
    refuse_shared((figure.code, figure.key) for figure in figures)
    return figures


def _of_table(document: CrfDocument, words: Words) -> Iterator[PrintedFigure]:
    for line in sorted(document.lines, key=lambda line: not line.is_total):
        for window, name, cells in zip(WINDOWS, words.windows, line.windows, strict=True):
            units = OF_CELLS | (OF_TOTALS if line.is_total else {})
            key = f"table/{line.field_id}/{window}"
            yield from _figures(key, _row(line, name, words), cells, units, words, cells.code)


def _row(line: FieldLine, window: str, words: Words) -> str:
    return words.joined(words.figures["total"] if line.is_total else line.name, window)


def _of_projects(document: CrfDocument, words: Words) -> Iterator[PrintedFigure]:
    effects = (document.most_significant_in_quarter, document.most_significant_since_start)
    for window, name, named in zip(
        (WINDOWS[0], WINDOWS[-1]), (words.windows[0], words.windows[-1]), effects, strict=True
    ):
        for one in named:
            label = words.joined(one.name, name)
            yield from _figures(f"sentence/{window}/{one.name}", label, one, OF_EFFECTS, words, one.code)
    for line in document.projects:
        yield from _figures(f"project/{line.project_id}", line.name, line, OF_PROJECTS, words, line.code)
    for verified in document.verified:
        key = f"verified/{verified.name}/{verified.from_date}/{verified.document}"
        yield from _figures(
            key, words.joined(verified.name, verified.from_date), verified, OF_VERIFIED, words, verified.code
        )


def _of_evidence(document: CrfDocument, words: Words) -> Iterator[PrintedFigure]:
    if document.range.period:
        yield from _figures("range", document.range.period, document.range, OF_RANGE, words, document.range.code)
    for line in document.range.inputs:
        yield from _figures(f"range/{line.key}", line.name, line, OF_INPUTS, words, line.code)
    for factor in document.factors:
        key = f"factor/{factor.parameter_id}/{factor.scope}/{factor.valid_from}"
        label = words.joined(factor.name, factor.holds_for, factor.valid_from)
        units = {part: column._replace(unit=factor.unit) for part, column in OF_FACTORS.items()}
        yield from _figures(key, label, factor, units, words, factor.code)
    if document.is_whole_book:
        yield from _figures("limits", words.figures["limits"], document, OF_LIMITS, words, document.limits_code)


def _figures(  # noqa: PLR0913, PLR0917 - what a figure is
    key: str, label: str, printed: object, columns: Mapping[str, Column], words: Words, row: str
) -> Iterator[PrintedFigure]:
    for part, column in columns.items():
        text = getattr(printed, part) or MISSING
        name = words.joined(label, words.figures[part])
        yield PrintedFigure(f"{key}/{part}", name, text, column.unit, code_of(row, column))


def _one_key_each(figures: Iterable[PrintedFigure]) -> Iterator[PrintedFigure]:
    """Two projects may have one name: the second of a key has its place behind it."""
    times: Counter[str] = Counter()
    for figure in figures:
        times[figure.key] += 1
        place = times[figure.key]
        yield figure if place == 1 else figure._replace(key=f"{figure.key}#{place}")
