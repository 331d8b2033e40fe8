"""The chapters' chart and template, and the files that they make."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

from reports.annual.columns import OF_BALANCES, OF_FACTORS, OF_FINANCING, OF_METHODS
from reports.annual.document import AnnualDocument
from reports.annual.printed_figures import annual_figures
from reports.annual.words import WORDS
from reports.charts.figures import tonnes_over_time
from reports.documents import Rendered
from reports.house.lines import code_list
from reports.house.twin import About, twin
from reports.house.yearly import factor_codes
from reports.render import PAGE_PPI, render

TEMPLATE: Final = Path(__file__).with_name("template.typ")


def render_annual(document: AnnualDocument, *, ppi: float = PAGE_PPI) -> Rendered:
    """Return the chapters as PDF (all rows attached as CSV) and PNG pages; one document gives the same bytes."""
    words = WORDS[document.lang]
    charts = {"over_time": tonnes_over_time(document.over_time).svg.decode()} if document.over_time.bands else {}
    about = About(words.title, document.year, document.institution, document.lang, document.version)
    linked = twin(document, annual_figures(document), about)
    balances = [(words.joined(one.name, one.year), one.code) for one in (*document.balances, *document.balances_before)]
    lists = (
        code_list("balances", OF_BALANCES, balances, words.figures),
        code_list("methods", OF_METHODS, [(one.name, one.code) for one in document.lines], words.figures),
        code_list("projects", OF_FINANCING, [(one.name, one.code) for one in document.projects], words.figures),
        code_list("factors", OF_FACTORS, factor_codes(document.factors, words), words.figures),
    )
    listed = [asdict(one) for one in lists if one.rows]
    data = {**asdict(document), "charts": charts, "code_lists": listed, "twin": linked}
    return replace(render(TEMPLATE, data, ppi=ppi), twin=linked)
