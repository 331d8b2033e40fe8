"""Every figure that the chapters print, under a key that is the same in every edition and language."""

from collections.abc import Iterator

from reports.annual.columns import OF_BALANCES, OF_FACTORS, OF_FINANCING, OF_METHODS
from reports.annual.document import AnnualDocument
from reports.annual.words import WORDS
from reports.codes import refuse_shared
from reports.documents import PrintedFigure
from reports.house.yearly import YearlyWords, factor_figures, figures_of


def annual_figures(document: AnnualDocument) -> tuple[PrintedFigure, ...]:
    """Return the figures of a year's chapters, totals first."""
    figures = tuple(_every(document, WORDS[document.lang]))
    refuse_shared((figure.code, figure.key) for figure in figures)
    return figures


def _every(document: AnnualDocument, words: YearlyWords) -> Iterator[PrintedFigure]:
    for line in sorted(document.lines, key=lambda line: not line.is_total):
        yield from figures_of(f"method/{line.method}", line.name, line, OF_METHODS, words)
    for balance in (*document.balances, *document.balances_before):
        key, label = f"balance/{balance.year}/{balance.method}", words.joined(balance.name, balance.year)
        yield from figures_of(key, label, balance, OF_BALANCES, words)
    for project in document.projects:
        key = f"financing/{project.project_id}"
        yield from figures_of(key, project.name, project, OF_FINANCING, words)
    yield from factor_figures(document.factors, OF_FACTORS["value"], words)
