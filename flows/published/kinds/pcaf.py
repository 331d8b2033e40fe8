"""What the yearly statement after PCAF and ICMA prints of the published file: which rows, which methods, whose."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from flows.published.kinds import yearly
from flows.published.kinds.kinds import Issue, Kind
from reports.documents import Rendered
from reports.pcaf.document import PcafDocument, pcaf_document
from reports.pcaf.printed_figures import pcaf_figures
from reports.pcaf.words import WORDS
from schemas.catalog import Published
from transforms.attribution.shares import share_rule
from transforms.methods.engine.render import in_words

TABLES: Final = ("mart.disclosure_pcaf", "mart.disclosure_pcaf_projects", *yearly.TABLES)
"""What the document is printed from."""


def rendered(document: PcafDocument) -> Rendered:
    """Return the document's files; what draws and prints is imported only now, as few nights need it."""
    from reports.pcaf.printing import render_pcaf

    return render_pcaf(document)


def last_year(published: Published) -> str | None:
    """Return the newest year with a statement; None without one."""
    return yearly.last_year(published["mart.disclosure_pcaf"])


def lenders(published: Published, year: str) -> Sequence[str]:
    """Return whom the year has a statement for."""
    return yearly.scopes(published["mart.disclosure_pcaf"], year)


def document(published: Published, issue: Issue) -> PcafDocument:
    """Return what a year's statement prints; raise UsageError where the file holds none."""
    projects = published["mart.disclosure_pcaf_projects"]
    own = yearly.projects_of(projects, issue.period, issue.lender)
    return pcaf_document(
        **yearly.arguments_of(published, issue, published["mart.disclosure_pcaf"], projects),
        share=in_words("attributed", share_rule(), WORDS[issue.lang].signs, issue.lang),
        mandated=_mandated(published, own),
    )


def _mandated(published: Published, projects: pl.DataFrame) -> list[str]:
    ordered = published["core.projects"].filter(pl.col("is_mandated_baseline").fill_null(False))
    return projects.join(ordered, on="project_id", how="semi")["project_id"].sort().to_list()


KIND: Final = Kind("pcaf", TABLES, last_year, lenders, document, rendered, pcaf_figures)
