"""The yearly statements: what a book's money financed, avoided, reduced, removed and emitted, by one rule each.

Each project's tonnes are in one container (attribution.containers) and shared by the statement's rule, a profile. The
project's own emissions are shared by the same factor (PCAF Part A, section 5.3) and kept apart from what is avoided
(supplement, pages 2 and 3).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import polars as pl

from schemas.between.outcomes import FinancedLoan, UndrawnLoan
from schemas.between.sums import YearlySum
from schemas.contract import MONEY_DTYPE, DataFrame, conform, stacked
from schemas.disclosures import COUNTY, TOTAL_FIELD, WHOLE_BOOK, YearlyLine, YearlyProject
from schemas.marts import DataQuality
from schemas.words.containers import AVOIDED, OWN_BASE_YEAR, REMOVALS
from schemas.words.statuses import WITH_A_FIGURE
from transforms.attribution.containers import within
from transforms.attribution.coverage import added_loan_sums, coverage_of_sums, loan_sums
from transforms.attribution.denominators import project_denominators
from transforms.attribution.holdings import Holdings
from transforms.attribution.profiles import Rule
from transforms.attribution.project_reductions import month_parts
from transforms.attribution.shares import attribute_each
from transforms.ground.calendar import Period, period_table
from transforms.money.exchange import HOME_CURRENCY, rates_on

FINANCED: Final = pl.col("project_emissions_tco2e") * pl.col("attribution_factor_ratio")
"""What of a project's own emissions the money finances (PCAF Part A, section 5.3)."""

PCAF: Final = "pcaf_avoided"
ANNUAL: Final = "pboc_carbon_accounting"
"""The rules of the statements, profiles of data/reference/profiles.toml."""

CNY_PER_MILLION: Final = 1e6
NOTHING: Final = pl.lit(0).cast(MONEY_DTYPE)
TONNES: Final = {
    AVOIDED: "attributed_reductions_tco2e",
    OWN_BASE_YEAR: "attributed_own_base_year_reductions_tco2e",
    REMOVALS: "attributed_removals_tco2e",
}
"""Each container's column in the statement."""

SCOPE: Final = ["period", "lender"]


def financed_loans(
    seen: Mapping[str, Holdings],
    containers: Mapping[str, str],
    years: Sequence[Period],
    rule: Rule,
    net_methods: Collection[str],
) -> DataFrame[FinancedLoan]:
    """Return a row a year and loan that had a balance or an entry: its share, and its part of the project's tonnes.

    seen: the book by container; containers: method to container. Of a method of `net_methods`, and of a project with a
    figure of its own, what it emits is not known.
    """
    parts = [
        _in_container(container, within(container, book, containers), years, rule, net_methods)
        for container, book in seen.items()
    ]
    return stacked([FinancedLoan.empty_frame(), *parts])


def _in_container(
    container: str, book: Holdings, years: Sequence[Period], rule: Rule, net_methods: Collection[str]
) -> DataFrame[FinancedLoan]:
    if book.projects.is_empty() or book.changes.is_empty():
        return FinancedLoan.empty_frame()
    emitted = (
        month_parts(book, tuple(years))
        .group_by("period", "project_id", maintain_order=True)
        .agg(project_emissions_tco2e=pl.col("part_project_tco2e").sum())
    )
    emits = pl.lit(container != REMOVALS) & (pl.col("status") == "measured") & ~pl.col("method").is_in([*net_methods])
    rows = (
        attribute_each(book, years, rule)
        .join(book.projects.select("project_id", "method"), on="project_id", maintain_order="left")
        .join(emitted, on=["period", "project_id"], how="left", maintain_order="left")
        .with_columns(
            container=pl.lit(container), project_emissions_tco2e=pl.when(emits).then("project_emissions_tco2e")
        )
    )
    return conform(rows.with_columns(financed_emissions_tco2e=FINANCED), FinancedLoan)


def undrawn_loans(book: Holdings, years: Sequence[Period]) -> DataFrame[UndrawnLoan]:
    """Return what of each contract in force at a year's end had not been lent by then, in CNY; empty without a rate.

    A contract without a day of signing or maturity counts as in force.
    """
    end = pl.col("period_to_date")
    signed, running = (pl.col("sign_date") <= end).fill_null(True), (pl.col("maturity_date") >= end).fill_null(True)
    contracts = book.loans.join(period_table(years), how="cross").filter(signed & running)
    drawn = (
        contracts.select("period", "period_to_date", "loan_id")
        .join(book.changes.select("loan_id", "flow_date", "disbursed_amount"), on="loan_id")
        .filter(pl.col("flow_date") <= end)
        .group_by("period", "loan_id")
        .agg(pl.col("disbursed_amount").sum())
    )
    left = pl.max_horizontal(pl.col("contract_amount") - pl.col("disbursed_amount").fill_null(NOTHING), NOTHING)
    rows = contracts.join(drawn, on=["period", "loan_id"], how="left").with_columns(left=left, date="period_to_date")
    days = rows.select("currency", "date").unique()
    rated = rows.join(rates_on(days, book.fx, book.fx_max_age_days), on=["currency", "date"], how="left")
    abroad = (pl.col("left").cast(pl.Float64) * pl.col("rate_to_cny")).round(2, mode="half_away_from_zero")
    at_home = (pl.col("currency") == HOME_CURRENCY) | (pl.col("left") == 0)
    in_cny = pl.when(at_home).then("left").otherwise(abroad.cast(MONEY_DTYPE))
    return conform(rated.with_columns(undrawn_cny=in_cny), UndrawnLoan)


def yearly_projects(  # noqa: PLR0913, PLR0917 - what was lent, and all that it is set against
    loans: DataFrame[FinancedLoan],
    undrawn: DataFrame[UndrawnLoan],
    quality: DataFrame[DataQuality],
    book: Holdings,
    years: Sequence[Period],
    containers: Mapping[str, str],
    denominator: str,
) -> DataFrame[YearlyProject]:
    """Return a row a year, lender (the whole book under *, each county under its key) and project.

    The status is that of a loan with a figure, else the first by name; a project with undrawn money alone has none.
    """
    scored = quality.select("period", "loan_id", "project_finance_score")
    each = loans.join(scored, on=["period", "loan_id"], how="left", maintain_order="left")
    has_figure, key = pl.col("status").is_in(WITH_A_FIGURE), [*SCOPE, "project_id"]
    emits = pl.col("financed_emissions_tco2e").is_not_null()
    financed = (
        _of_each_scope(each, book)
        .group_by(key)
        .agg(
            status=pl.coalesce(pl.col("status").filter(has_figure).min(), pl.col("status").min()),
            loan_count=pl.len(),
            **loan_sums(pl.col("balance_cny"), has_figure),
            emitting_cny=pl.col("balance_cny").filter(emits).cast(pl.Float64).sum(),
            attribution_factor_ratio=_known_sum("attribution_factor_ratio"),
            project_tonnes_tco2e=pl.col("emission_reductions_tco2e").filter(has_figure).first(),
            attributed_tco2e=_known_sum("attributed_reductions_tco2e"),
            project_emissions_tco2e=pl.col("project_emissions_tco2e").drop_nulls().first(),
            financed_emissions_tco2e=_known_sum("financed_emissions_tco2e"),
            project_finance_score=pl.col("project_finance_score").max(),
        )
    )
    promised = _of_each_scope(undrawn, book).group_by(key).agg(undrawn_cny=_complete_sum("undrawn_cny"))
    rows = financed.join(promised.with_columns(is_in_force=True), on=key, how="full", coalesce=True).filter(
        pl.col("loan_count").is_not_null() | pl.col("undrawn_cny").ne_missing(NOTHING)
    )
    container = pl.col("method").replace_strict(containers, return_dtype=pl.String)
    described = book.projects.select("project_id", "project_name", "county_code", "method", container=container)
    invested = _invested(book, years, denominator)
    named = rows.join(described, on="project_id").join(invested, on=["period", "project_id"], how="left")
    outstanding = pl.when(pl.col("loan_count").is_null()).then(NOTHING).otherwise("whole_cny")
    left = pl.when(pl.col("is_in_force").is_null()).then(NOTHING).otherwise("undrawn_cny")
    counted = pl.col("loan_count", "covered_cny", "known_cny", "emitting_cny").fill_null(0)
    return conform(named.with_columns(counted, balance_cny=outstanding, undrawn_cny=left), YearlyProject).sort(key)


def _of_each_scope(rows: pl.DataFrame, book: Holdings) -> pl.DataFrame:
    """The rows by lender, and again under the key of the whole book and of their county."""
    county = pl.lit(COUNTY) + pl.col("county_code")
    placed = rows.join(book.projects.select("project_id", "county_code"), on="project_id", maintain_order="left")
    scopes = [placed, placed.with_columns(lender=pl.lit(WHOLE_BOOK)), placed.with_columns(lender=county)]
    return pl.concat(scopes).drop_nulls("lender").drop("county_code")


def _invested(book: Holdings, years: Sequence[Period], denominator: str) -> pl.DataFrame:
    """What a project's money is set against in a year, where it is in CNY."""
    stated = project_denominators(book).filter(asked_denominator=denominator)
    dated = stated.join(period_table(years), how="cross")
    in_force = dated.filter(pl.col("period_to_date").is_between("valid_from", "valid_to"))
    in_cny = pl.when(pl.col("investment_currency") == HOME_CURRENCY).then("invested_amount")
    return in_force.select("period", "project_id", "denominator", invested_cny=in_cny)


def _known_sum(column: str) -> pl.Expr:
    """The sum of what is known; empty where nothing is."""
    return pl.when(pl.col(column).count() > 0).then(pl.col(column).sum())


def _complete_sum(column: str) -> pl.Expr:
    return pl.when(pl.col(column).null_count() == 0).then(pl.col(column).sum())


def yearly_sums(projects: DataFrame[YearlyProject]) -> DataFrame[YearlySum]:
    """Return what projects add to the statement by year, lender and method, and under the key of the total."""
    own = projects.rename({"balance_cny": "whole_cny"})
    both = pl.concat([own, own.with_columns(method=pl.lit(TOTAL_FIELD))])
    has_score = pl.col("project_finance_score").is_not_null()
    scored = pl.col("covered_cny").filter(has_score)
    tonnes = {name: pl.col("attributed_tco2e").filter(pl.col("container") == one) for one, name in TONNES.items()}
    summed = both.group_by(*SCOPE, "method").agg(
        project_count=pl.len(),
        loan_count=pl.col("loan_count").sum(),
        undrawn_cny=_complete_sum("undrawn_cny"),
        emitting_cny=pl.col("emitting_cny").sum(),
        avoiding_cny=pl.col("covered_cny").filter(pl.col("container") == AVOIDED).sum(),
        scored_cny=scored.sum(),
        cny_times_score=(scored * pl.col("project_finance_score").filter(has_score)).sum(),
        financed_emissions_tco2e=_known_sum("financed_emissions_tco2e"),
        **added_loan_sums(),
        **{name: pl.when(one.count() > 0).then(one.sum()) for name, one in tonnes.items()},
    )
    return conform(summed, YearlySum)


def yearly_statement(sums: DataFrame[YearlySum]) -> DataFrame[YearlyLine]:
    """Return schemas.disclosures.YearlyLine of the sums.

    weighted score: sum(balance x score) / sum(balance) (PCAF Part A, box 6.1-6); tonnes per million: over the money
    that has a figure of them.
    """
    added = sums.group_by(*SCOPE, "method").agg(
        pl.col("project_count", "loan_count", "emitting_cny", "avoiding_cny", "scored_cny", "cny_times_score").sum(),
        undrawn_cny=_complete_sum("undrawn_cny"),
        **added_loan_sums(),
        **{name: _known_sum(name) for name in (*TONNES.values(), "financed_emissions_tco2e")},
    )
    is_known = pl.col("whole_cny").is_not_null() & (pl.col("least_cny") >= 0)
    known = pl.when(is_known & (pl.col("known_cny") > 0)).then("known_cny")
    lines = added.with_columns(
        balance_cny="whole_cny",
        coverage_ratio=coverage_of_sums(),
        financed_emissions_tco2e_per_million_cny=pl.col("financed_emissions_tco2e")
        / (pl.when(pl.col("emitting_cny") > 0).then("emitting_cny") / CNY_PER_MILLION),
        emissions_coverage_ratio=pl.col("emitting_cny") / known,
        weighted_project_finance_score=pl.col("cny_times_score") / pl.when(pl.col("scored_cny") > 0).then("scored_cny"),
        attributed_reductions_tco2e_per_million_cny=pl.col("attributed_reductions_tco2e")
        / (pl.when(pl.col("avoiding_cny") > 0).then("avoiding_cny") / CNY_PER_MILLION),
    )
    return conform(_with_growth(lines), YearlyLine).sort(*SCOPE, "method")


def _with_growth(lines: pl.DataFrame) -> pl.DataFrame:
    """Add by which part of it the balance moved against the year before; empty without one above 0."""
    year = pl.col("period").cast(pl.Int64) + 1
    before = lines.select(period=year.cast(pl.String), before="balance_cny", lender="lender", method="method")
    joined = lines.join(before, on=[*SCOPE, "method"], how="left")
    earlier = pl.when(pl.col("before") > 0).then("before").cast(pl.Float64)
    return joined.with_columns(balance_growth_ratio=pl.col("balance_cny").cast(pl.Float64) / earlier - 1)
