"""What the yearly statement after PCAF and ICMA prints of the published file: which rows, which methods, whose."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

import polars as pl

from flows.published.kinds.kinds import Issue, Kind
from flows.published.kinds.selected import editions_taken, last_year_of, methods_of, sets_in_force, titled
from reports.documents import Rendered
from reports.pcaf.document import PcafDocument, pcaf_document
from reports.pcaf.printed_figures import pcaf_figures
from reports.pcaf.words import WORDS
from schemas.catalog import Published
from schemas.contract import unchecked, validated
from schemas.disclosures import COUNTY, WHOLE_BOOK, PcafLine, PcafProject
from schemas.errors import UsageError
from schemas.runs import Run
from transforms.attribution.shares import share_rule
from transforms.methods.engine.render import in_words

TABLES: Final = (
    "mart.disclosure_pcaf",
    "mart.disclosure_pcaf_projects",
    "mart.parameter_uses",
    "mart.project_months",
    "mart.green_loan_statistics",
    "ops.runs",
    "core.projects",
    "core.methods",
    "core.method_editions",
    "core.sources",
    "core.factor_sets",
)
"""What the document is printed from."""


def rendered(document: PcafDocument) -> Rendered:
    """Return the document's files; what draws and prints is imported only now, as few nights need it."""
    from reports.pcaf.printing import render_pcaf

    return render_pcaf(document)


def last_year(published: Published) -> str | None:
    """Return the newest year with a statement; None without one."""
    return max(published["mart.disclosure_pcaf"]["period"].unique(), default=None)


def lenders(published: Published, year: str) -> Sequence[str]:
    """Return whom the year has a statement for: lenders, the whole book (*), counties under keys of their own."""
    return published["mart.disclosure_pcaf"].filter(pl.col("period") == year)["lender"].unique().sort().to_list()


def document(published: Published, issue: Issue) -> PcafDocument:
    """Return what a year's statement prints; raise UsageError where the file holds none."""
    year, lender, lang = issue
    lines = published["mart.disclosure_pcaf"].filter((pl.col("lender") == lender) & (pl.col("period") <= year))
    if lines.filter(pl.col("period") == year).is_empty():
        raise UsageError(
            f"there is no statement of {year} for {lender}",
            where="mart.disclosure_pcaf",
            available=_available(published),
            remedy="name a year, and a lender or county, from the list",
        )
    every = published["mart.disclosure_pcaf_projects"]
    projects = every.filter((pl.col("period") == year) & (pl.col("lender") == lender))
    last = dt.date(int(year), 12, 31)
    uses = last_year_of(published["mart.parameter_uses"], projects, last)
    editions = editions_taken(published, projects, last)
    titles = published["core.methods"].select("method", "title_zh", "title_en").iter_rows()
    return pcaf_document(
        lines=validated(unchecked(lines, PcafLine), PcafLine),
        projects=validated(unchecked(projects, PcafProject), PcafProject),
        parameters=titled(uses, published["core.sources"], lang),
        run=validated(published["ops.runs"], Run),
        period=year,
        methods=methods_of(published["core.methods"], editions, projects, lang),
        titles={method: (zh, en) for method, zh, en in titles},
        share=in_words("attributed", share_rule(), WORDS[lang].signs, lang),
        institution=_name_of(published, lender),
        lang=lang,
        mandated=_mandated(published, projects),
        factor_sets=sets_in_force(published["core.factor_sets"], lang),
    )


def _mandated(published: Published, projects: pl.DataFrame) -> list[str]:
    ordered = published["core.projects"].filter(pl.col("is_mandated_baseline").fill_null(False))
    return projects.join(ordered, on="project_id", how="semi")["project_id"].sort().to_list()


def _name_of(published: Published, lender: str) -> str:
    """The lender, or what the county of the key is called."""
    if not lender.startswith(COUNTY):
        return lender
    code = lender.removeprefix(COUNTY)
    counties = published["mart.green_loan_statistics"].filter(grouping="county", member=code)
    named = counties["county_name"].drop_nulls()
    return named[0] if len(named) else code


def _available(published: Published) -> str:
    table = published["mart.disclosure_pcaf"]
    years, scopes = table["period"].unique().sort(), table["lender"].unique().sort()
    return f"years {', '.join(years) or 'none'}; {', '.join(scopes) or 'none'} ({WHOLE_BOOK} is the whole book)"


KIND: Final = Kind("pcaf", TABLES, last_year, lenders, document, rendered, pcaf_figures)
