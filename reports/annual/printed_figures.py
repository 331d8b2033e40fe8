"""Every figure that the chapters print, under a key that is the same in every edition and language."""

from collections.abc import Iterator, Mapping

from reports.annual.columns import OF_BALANCES, OF_FACTORS, OF_FINANCING, OF_METHODS
from reports.annual.document import AnnualDocument
from reports.annual.words import WORDS, Words
from reports.codes import Column, code_of, refuse_shared
from reports.documents import PrintedFigure


def annual_figures(document: AnnualDocument) -> tuple[PrintedFigure, ...]:
    """Return the figures of a year's chapters, totals first."""
    figures = tuple(_every(document, WORDS[document.lang]))
    refuse_shared((figure.code, figure.key) for figure in figures)
    return figures


def _every(document: AnnualDocument, words: Words) -> Iterator[PrintedFigure]:
    for line in sorted(document.lines, key=lambda line: not line.is_total):
        yield from _figures(f"method/{line.method}", line.name, line, OF_METHODS, words, line.code)
    for balance in (*document.balances, *document.balances_before):
        key, label = f"balance/{balance.year}/{balance.method}", words.joined(balance.name, balance.year)
        yield from _figures(key, label, balance, OF_BALANCES, words, balance.code)
    for project in document.projects:
        key = f"financing/{project.project_id}"
        yield from _figures(key, project.name, project, OF_FINANCING, words, project.code)
    for factor in document.factors:
        key = f"factor/{factor.parameter_id}/{factor.scope}/{factor.valid_from}"
        label = words.joined(factor.name, factor.holds_for, factor.valid_from)
        units = {part: column._replace(unit=factor.unit) for part, column in OF_FACTORS.items()}
        yield from _figures(key, label, factor, units, words, factor.code)


def _figures(  # noqa: PLR0913, PLR0917 - what a figure is
    key: str, label: str, printed: object, columns: Mapping[str, Column], words: Words, row: str
) -> Iterator[PrintedFigure]:
    for part, column in columns.items():
        name = words.joined(label, words.figures[part])
        yield PrintedFigure(f"{key}/{part}", name, getattr(printed, part), column.unit, code_of(row, column))
