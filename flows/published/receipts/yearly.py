"""How the numbers of the yearly statements are worked out anew."""

from collections.abc import Collection, Sequence
from typing import Final

from flows.published.receipts.kinds import Document, Receipts
from flows.warehouse.macros import quoted
from reports.annual.columns import COLUMNS as ANNUAL_COLUMNS
from reports.pcaf.columns import COLUMNS as PCAF_COLUMNS
from schemas.disclosures import WHOLE_BOOK
from transforms.receipts.yearly import TABLES, AnnualNumbers, PcafNumbers

OF_PROJECTS: Final = ("core.projects", "core.loans", "core.operating", "core.forest_strata")
OF_MONTHS: Final = (
    "mart.parameter_uses",
    "mart.reading_uses",
    "mart.project_months",
    "mart.project_month_parts",
    "mart.removal_months",
    "mart.own_base_year_months",
)
"""Tables that are large in a large book."""


def rows_of(documents: Collection[Document]) -> dict[str, str]:
    """Return the SQL conditions: the documents' projects, and the months of their years and the two before each."""
    asked = {int(one.period) for one in documents}
    years = [f"{year:04}" for year in sorted(asked | {year - 1 for year in asked} | {year - 2 for year in asked})]
    scopes = sorted({one.lender for one in documents})
    named = f"period IN ({_listed(years)}) AND lender IN ({_listed(scopes)})"
    tables = ("mart.disclosure_pcaf_projects", "mart.disclosure_annual_projects")
    printed = " UNION ".join(f"SELECT project_id FROM {table} WHERE {named}" for table in tables)
    projects = "true" if WHOLE_BOOK in scopes else f"project_id IN ({printed})"
    months = f"{projects} AND year(month_start_date) IN ({', '.join(map(str, map(int, years)))})"
    return {
        **dict.fromkeys(OF_PROJECTS, projects),
        "core.ledger": f"loan_id IN (SELECT loan_id FROM core.loans WHERE {projects})",
        "mart.data_quality": f"period IN ({_listed(years)})",
        **dict.fromkeys(OF_MONTHS, months),
    }


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(map(quoted, texts))


def project_of(names: Sequence[str]) -> str | None:
    """Return the project whose number it is, by the names of its row."""
    return names[1] if names[0] == "financing" else None


PCAF: Final = Receipts(
    profile="pcaf_avoided",
    printed=PcafNumbers.table,
    tables=TABLES,
    rows_of=rows_of,
    numbers=PcafNumbers,
    columns=PCAF_COLUMNS,
    project_of=project_of,
)
ANNUAL: Final = Receipts(
    profile="pboc_carbon_accounting",
    printed=AnnualNumbers.table,
    tables=TABLES,
    rows_of=rows_of,
    numbers=AnnualNumbers,
    columns=ANNUAL_COLUMNS,
    project_of=project_of,
)
