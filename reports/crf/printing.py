"""The disclosure's charts and templates, and the files that they make: the notice, and the basis issued with it."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

from reports.charts.figures import Drawing, promised_expected_measured
from reports.crf.code_lists import code_lists
from reports.crf.document import CrfDocument
from reports.crf.printed_figures import crf_figures
from reports.crf.words import WORDS
from reports.documents import Rendered
from reports.house.twin import About, twin
from reports.render import PAGE_PPI, render

NOTICE: Final = Path(__file__).with_name("template.typ")
BASIS: Final = Path(__file__).with_name("basis.typ")


def render_crf(document: CrfDocument, *, ppi: float = PAGE_PPI) -> Rendered:
    """Return notice and basis as PDF (all rows attached as CSV) and PNG pages; one document gives the same bytes."""
    charts = {"outcomes": outcome_chart(document).svg.decode()} if document.outcomes else {}
    lists = [asdict(one) for one in code_lists(document)]
    linked = twin(document, crf_figures(document), _about(document))
    data = {**asdict(document), "charts": charts, "code_lists": lists, "twin": linked}
    return replace(render(NOTICE, data, ppi=ppi), beside={"basis": render(BASIS, data, ppi=ppi)}, twin=linked)


def _about(document: CrfDocument) -> About:
    title = WORDS[document.lang].titles["whole_book" if document.is_whole_book else "lender"]
    period = f"{document.year}Q{document.quarter}"
    return About(title, period, document.institution, document.lang, document.version)


def outcome_chart(document: CrfDocument) -> Drawing:
    """Return promised, expected and measured tonnes of the last four quarters, per project."""
    return promised_expected_measured(document.outcomes, WORDS[document.lang].outcomes)
