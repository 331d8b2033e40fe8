"""The disclosure's charts and template, and the file that they make."""

from dataclasses import asdict
from pathlib import Path
from typing import Final

from reports.crf.charts import field_chart, outcome_chart
from reports.crf.code_lists import code_lists
from reports.crf.document import CrfDocument
from reports.documents import Rendered
from reports.render import PAGE_PPI, render

TEMPLATE: Final = Path(__file__).with_name("template.typ")


def render_crf(document: CrfDocument, *, ppi: float = PAGE_PPI) -> Rendered:
    """Return the document as PDF (all rows attached as CSV) and PNG pages; the same document gives the same bytes."""
    charts = {"fields": field_chart(document).svg.decode()}
    if document.outcomes:
        charts["outcomes"] = outcome_chart(document).svg.decode()
    lists = [asdict(one) for one in code_lists(document)]
    return render(TEMPLATE, {**asdict(document), "charts": charts, "code_lists": lists}, ppi=ppi)
