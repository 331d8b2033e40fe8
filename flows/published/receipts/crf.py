"""How the numbers of the carbon-reduction-loan disclosure are worked out anew."""

from collections.abc import Collection, Sequence
from typing import Final

from flows.published.receipts.kinds import Document, Receipts, kind_of_row
from flows.warehouse.macros import quoted
from reports.crf.columns import COLUMNS
from schemas.disclosures import WHOLE_BOOK
from transforms.ground.calendar import named_quarter
from transforms.receipts.crf import TABLES, CrfNumbers

OF_PROJECTS: Final = (
    "core.projects",
    "core.loans",
    "core.operating",
    "core.forest_strata",
    "mart.project_roles",
    "mart.verified_reductions",
)
OF_LOANS: Final = ("core.ledger", "core.loan_rates")
OF_MONTHS: Final = (
    "mart.parameter_uses",
    "mart.reading_uses",
    "mart.project_months",
    "mart.project_month_parts",
    "mart.removal_months",
    "mart.own_base_year_months",
)
"""Tables that are large in a large book."""

LOOKING_BACK: Final = 1
"""Years before that of a quarter: the last complete one, and the four quarters up to it."""


def rows_of(documents: Collection[Document]) -> dict[str, str]:
    """Return the SQL conditions; months are of the two years that a document looks back on, or of verified periods."""
    lenders = {one.lender for one in documents}
    named = ", ".join(quoted(lender) for lender in sorted(lenders))
    of_lenders = "true" if WHOLE_BOOK in lenders else f"lender IN ({named})"
    lent = f"SELECT project_id FROM core.loans WHERE crf_field IS NOT NULL AND {of_lenders}"
    projects = f"project_id IN ({lent})"
    loans = f"loan_id IN (SELECT loan_id FROM core.loans WHERE {projects})"
    first = min((named_quarter(one.period).first.year for one in documents), default=0) - LOOKING_BACK
    verified = "project_id IN (SELECT project_id FROM core.verified_reductions)"
    months = f"{projects} AND (month_start_date >= DATE '{first:04}-01-01' OR {verified})"
    return {
        **dict.fromkeys(OF_PROJECTS, projects),
        **dict.fromkeys(OF_LOANS, loans),
        **dict.fromkeys(OF_MONTHS, months),
    }


def project_of(names: Sequence[str]) -> str | None:
    """Return the project whose number it is, by the names of its row."""
    place = {"project": 1, "verified": 1, "sentence": 2}.get(kind_of_row(names))
    return None if place is None else names[place]


CRF: Final = Receipts(
    profile="pboc_crf",
    printed="mart.disclosure_crf",
    tables=TABLES,
    rows_of=rows_of,
    numbers=CrfNumbers,
    columns=COLUMNS,
    project_of=project_of,
)
