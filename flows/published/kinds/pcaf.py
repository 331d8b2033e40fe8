"""What the yearly statement after PCAF and ICMA prints of the published file: which rows, which methods, whose."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

import polars as pl

from flows.published.kinds import yearly
from flows.published.kinds.kinds import Issue, Kind
from flows.published.kinds.selected import editions_taken, last_year_of, methods_of, sets_in_force, titled
from reports.documents import Rendered
from reports.pcaf.document import PcafDocument, pcaf_document
from reports.pcaf.printed_figures import pcaf_figures
from reports.pcaf.words import WORDS
from schemas.catalog import Published
from schemas.contract import validated
from schemas.runs import Run
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
    year, lender, lang = issue
    projects = yearly.projects_of(published["mart.disclosure_pcaf_projects"], year, lender)
    last = dt.date(int(year), 12, 31)
    uses = last_year_of(published["mart.parameter_uses"], projects, last)
    editions = editions_taken(published, projects, last)
    return pcaf_document(
        lines=yearly.lines_up_to(published["mart.disclosure_pcaf"], year, lender),
        projects=projects,
        parameters=titled(uses, published["core.sources"], lang),
        run=validated(published["ops.runs"], Run),
        period=year,
        methods=methods_of(published["core.methods"], editions, projects, lang),
        titles=yearly.titles_of(published),
        share=in_words("attributed", share_rule(), WORDS[lang].signs, lang),
        institution=yearly.institution_of(published, lender),
        lang=lang,
        mandated=_mandated(published, projects),
        factor_sets=sets_in_force(published["core.factor_sets"], lang),
    )


def _mandated(published: Published, projects: pl.DataFrame) -> list[str]:
    ordered = published["core.projects"].filter(pl.col("is_mandated_baseline").fill_null(False))
    return projects.join(ordered, on="project_id", how="semi")["project_id"].sort().to_list()


KIND: Final = Kind("pcaf", TABLES, last_year, lenders, document, rendered, pcaf_figures)
