"""What attribution reads, from the tables of a file: of the whole book, or of some projects."""

from collections.abc import Mapping
from typing import Final

from schemas.catalog import TABLES, Published
from schemas.words.containers import AVOIDED
from transforms.attribution.containers import kinds_in
from transforms.attribution.holdings import Holdings
from transforms.money.exchange import max_age_days

OF_HOLDINGS: Final = (
    "core.loans", "core.projects", "mart.balance_changes", "mart.project_months", "core.fx", "core.methods",
    "core.parameters", "core.first_investments", "core.balance_sheets", "core.crf_fields", "core.loan_rates",
    "mart.loan_confirmations", "mart.completeness", "mart.project_month_parts", "mart.impossible_figures",
)  # fmt: skip
"""What figures of any period are worked out from."""
OF_STATES: Final = (*OF_HOLDINGS, "mart.reading_uses", "mart.parameter_uses")
"""The same, and what the formulas read."""

THEIRS: Final = "project_id IN (SELECT unnest($projects))"
THEIR_LOANS: Final = f"loan_id IN (SELECT loan_id FROM core.loans WHERE {THEIRS})"
OF_PROJECTS: Final[Mapping[str, str]] = {
    **{name: THEIRS for name in OF_STATES if "project_id" in TABLES[name].columns()},
    **dict.fromkeys(("mart.balance_changes", "core.loan_rates", "mart.loan_confirmations"), THEIR_LOANS),
}
"""The SQL condition on the rows that are about given projects."""


def holdings_in(read: Published) -> Holdings:
    """Return what attribution reads, of the tables of a published file."""
    return Holdings(
        loans=read["core.loans"],
        projects=read["core.projects"],
        changes=read["mart.balance_changes"],
        months=read["mart.project_months"],
        pieces=read["mart.project_month_parts"],
        fx=read["core.fx"],
        kinds=kinds_in(AVOIDED, read["core.methods"].select("method", "method_kind", "container").iter_rows()),
        fx_max_age_days=max_age_days(read["core.parameters"]),
        first_investments=read["core.first_investments"],
        balance_sheets=read["core.balance_sheets"],
        facility_fields=read["core.crf_fields"],
        loan_rates=read["core.loan_rates"],
        confirmations=read["mart.loan_confirmations"],
        completeness=read["mart.completeness"],
        impossible=read["mart.impossible_figures"],
    )
