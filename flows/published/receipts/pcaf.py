"""How the numbers of the yearly statement after PCAF and ICMA are worked out anew."""

from collections.abc import Collection, Sequence
from typing import Final

from flows.published.receipts.kinds import Document, Receipts
from flows.warehouse.macros import quoted
from reports.pcaf.columns import COLUMNS
from schemas.disclosures import WHOLE_BOOK
from transforms.receipts.pcaf import TABLES, PcafNumbers

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
    """Return the SQL conditions: the projects of the statements, and the months of their years."""
    years = sorted({one.period for one in documents})
    scopes = sorted({one.lender for one in documents})
    named = f"period IN ({_listed(years)}) AND lender IN ({_listed(scopes)})"
    printed = f"SELECT project_id FROM mart.disclosure_pcaf_projects WHERE {named}"
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


RECEIPTS: Final = Receipts(
    profile="pcaf_avoided",
    printed="mart.disclosure_pcaf",
    tables=TABLES,
    rows_of=rows_of,
    numbers=PcafNumbers,
    columns=COLUMNS,
    project_of=project_of,
)
