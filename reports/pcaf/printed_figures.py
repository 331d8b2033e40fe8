"""Every figure that the statement prints, under a key that is the same in every edition and language."""

from collections.abc import Iterator

from reports.codes import refuse_shared
from reports.documents import PrintedFigure
from reports.house.yearly import YearlyWords, factor_figures, figures_of
from reports.pcaf.columns import OF_FACTORS, OF_FINANCING, OF_METHODS
from reports.pcaf.document import PcafDocument
from reports.pcaf.words import WORDS


def pcaf_figures(document: PcafDocument) -> tuple[PrintedFigure, ...]:
    """Return the figures of a statement, totals first."""
    figures = tuple(_every(document, WORDS[document.lang]))
    refuse_shared((figure.code, figure.key) for figure in figures)
    return figures


def _every(document: PcafDocument, words: YearlyWords) -> Iterator[PrintedFigure]:
    for line in sorted(document.lines, key=lambda line: not line.is_total):
        yield from figures_of(f"method/{line.method}", line.name, line, OF_METHODS, words)
    for project in document.projects:
        key = f"financing/{project.project_id}"
        yield from figures_of(key, project.name, project, OF_FINANCING, words)
    yield from factor_figures(document.factors, OF_FACTORS["value"], words)
