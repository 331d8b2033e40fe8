"""What yearly documents of several kinds select alike: years, whose they are, what counties and methods are called."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from flows.published.kinds.kinds import Issue
from flows.published.kinds.selected import editions_taken, last_year_of, methods_of, sets_in_force, titled
from schemas.catalog import Published
from schemas.contract import DataFrame, unchecked, validated
from schemas.disclosures import COUNTY, WHOLE_BOOK, YearlyLine, YearlyProject
from schemas.errors import UsageError
from schemas.runs import Run

TABLES: Final = (
    "mart.parameter_uses",
    "mart.project_months",
    "mart.green_loan_statistics",
    "ops.runs",
    "core.projects",
    "core.methods",
    "core.method_editions",
    "core.profiles",
    "core.sources",
    "core.factor_sets",
)
"""What yearly documents are printed from beside their own tables."""


def last_year(lines: DataFrame[YearlyLine]) -> str | None:
    """Return the newest year with a document; None without one."""
    return max(lines["period"].unique(), default=None)


def scopes(lines: DataFrame[YearlyLine], year: str) -> Sequence[str]:
    """Return whom the year has a document for: lenders, the whole book (*), counties under keys of their own."""
    return lines.filter(pl.col("period") == year)["lender"].unique().sort().to_list()


def lines_up_to(lines: DataFrame[YearlyLine], year: str, lender: str) -> DataFrame[YearlyLine]:
    """Return the lines of the lender or county in every year up to this one; raise UsageError where it has none."""
    own = lines.filter((pl.col("lender") == lender) & (pl.col("period") <= year))
    if own.filter(pl.col("period") == year).is_empty():
        years = ", ".join(lines["period"].unique().sort()) or "none"
        known = ", ".join(lines["lender"].unique().sort()) or "none"
        raise UsageError(
            f"there is no statement of {year} for {lender}",
            where="mart.disclosure_pcaf and mart.disclosure_annual",
            available=f"years {years}; {known} ({WHOLE_BOOK} is the whole book)",
            remedy="name a year, and a lender or county, from the list",
        )
    return validated(unchecked(own, YearlyLine), YearlyLine)


def projects_of(projects: DataFrame[YearlyProject], year: str, lender: str) -> DataFrame[YearlyProject]:
    """Return the projects of the year's document."""
    own = projects.filter((pl.col("period") == year) & (pl.col("lender") == lender))
    return validated(unchecked(own, YearlyProject), YearlyProject)


def arguments_of(
    published: Published, issue: Issue, lines: DataFrame[YearlyLine], projects: DataFrame[YearlyProject]
) -> dict[str, Any]:
    """Return what a yearly document of any kind is made from. lines, projects: the kind's own tables."""
    year, lender, lang = issue
    own = projects_of(projects, year, lender)
    last = dt.date(int(year), 12, 31)
    uses = last_year_of(published["mart.parameter_uses"], own, last)
    return {
        "lines": lines_up_to(lines, year, lender),
        "projects": own,
        "parameters": titled(uses, published["core.sources"], lang),
        "run": validated(published["ops.runs"], Run),
        "period": year,
        "methods": methods_of(published["core.methods"], editions_taken(published, own, last), own, lang),
        "titles": titles_of(published),
        "institution": institution_of(published, lender),
        "lang": lang,
        "factor_sets": sets_in_force(published["core.factor_sets"], lang),
    }


def titles_of(published: Published) -> dict[str, tuple[str, str]]:
    """Return what each method is called, Chinese and English."""
    titles = published["core.methods"].select("method", "title_zh", "title_en").iter_rows()
    return {method: (zh, en) for method, zh, en in titles}


def institution_of(published: Published, lender: str) -> str:
    """Return the lender, or what the county of the key is called."""
    if not lender.startswith(COUNTY):
        return lender
    code = lender.removeprefix(COUNTY)
    counties = published["mart.green_loan_statistics"].filter(grouping="county", member=code)
    named = counties["county_name"].drop_nulls()
    return named[0] if len(named) else code
