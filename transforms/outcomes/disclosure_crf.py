"""The quarterly carbon-reduction-loan disclosure: money newly lent, its rate, and the annual reduction it brings about.

Three windows end on the quarter's last day: the quarter, the year to date, and since the lender's first such money. A
project counts once per window. Refinancing and working capital are not new lending to a project and do not count.
"""

import dataclasses
import datetime as dt
from typing import Final

import polars as pl

from schemas.between.outcomes import ProjectRealisation
from schemas.contract import MONEY_DTYPE, DataFrame, conform, stacked
from schemas.disclosures import TOTAL_FIELD, WHOLE_BOOK, WINDOWS, CrfDisclosure, CrfProject
from schemas.marts import BalanceChange
from schemas.reference import FacilityField
from schemas.words.statuses import WITH_A_FIGURE
from transforms.attribution.coverage import coverage_ratio
from transforms.attribution.holdings import Holdings
from transforms.attribution.profiles import Rule
from transforms.attribution.roles import facility_loans
from transforms.attribution.shares import attribute_each
from transforms.ground.calendar import Period
from transforms.money.facility import eligible_changes
from transforms.money.lending_rates import rated_lending, rates_at_disbursement
from transforms.outcomes.promised_expected_measured import outcomes_in

FACILITY: Final = Rule("disbursed", reduction="promised_annual", is_operating_only=False, loans="facility")
"""The rule of the disclosure; the profile pboc_crf is the same."""


def windows_of(quarter: Period, start: dt.date | None) -> list[Period]:
    """Return the three windows that end with the quarter; since_start begins with the first loan's money.

    It never begins later than the year, so that it holds the year's figures; each lender's own first day is printed.
    """
    first_of_year = quarter.first.replace(month=1, day=1)
    return [
        Period("quarter", quarter.first, quarter.last),
        Period("year_to_date", first_of_year, quarter.last),
        Period("since_start", min(start or quarter.first, first_of_year), quarter.last),
    ]


def disclosure_crf(
    holdings: Holdings,
    fields: DataFrame[FacilityField],
    quarters: list[Period],
    realisation: DataFrame[ProjectRealisation],
) -> tuple[DataFrame[CrfDisclosure], DataFrame[CrfProject]]:
    """Return the table (schemas.disclosures.CrfDisclosure) and the projects behind it (CrfProject)."""
    if not quarters or facility_loans(holdings.loans).is_empty():
        return CrfDisclosure.empty_frame(), CrfProject.empty_frame()
    eligible = dataclasses.replace(holdings, facility_fields=fields)
    tables, projects = [CrfDisclosure.empty_frame()], [CrfProject.empty_frame()]
    by_quarter = lent_by_window(eligible, quarters).partition_by("period", as_dict=True)
    for quarter in quarters:
        lent = by_quarter.get((quarter.name,))
        if lent is not None and lent.filter(pl.col("window") == "since_start").height:
            tables.append(conform(_table(lent, quarter, fields), CrfDisclosure))
            projects.append(conform(_projects(lent, eligible, quarter, realisation), CrfProject))
    return stacked(tables), stacked(projects)


def lent_by_window(holdings: Holdings, quarters: list[Period]) -> pl.DataFrame:
    """Return a row a quarter (period), window, lender (the whole book under *) and loan that lent in the window."""
    loans = facility_loans(holdings.loans).select("loan_id", "crf_field", "lender")
    eligible = eligible_changes(holdings.changes, holdings.loans, holdings.facility_fields)
    lending = eligible.join(loans, on="loan_id", how="semi")
    starts = first_lending_days(lending.join(loans, on="loan_id"))
    first = starts["start_date"].min()
    named = {
        f"{quarter.name} {window.name}": (quarter, window)
        for quarter in quarters
        for window in windows_of(quarter, first if first and first <= quarter.last else None)  # type: ignore[arg-type,operator]
    }
    windows = [window._replace(name=name) for name, (_, window) in named.items()]
    names = pl.DataFrame(
        [(name, quarter.name, window.name) for name, (quarter, window) in named.items()],
        schema=["both", "period", "window"],
        orient="row",
    )
    rows = (
        attribute_each(holdings, windows, FACILITY)
        .rename({"period": "both"})
        .join(loans.drop("lender"), on="loan_id", maintain_order="left")
        .join(_rates(holdings, lending, windows), on=["both", "loan_id"], how="left", maintain_order="left")
    )
    lent = (
        rows.filter(pl.col("balance_cny").is_null() | (pl.col("balance_cny") != 0))
        .rename({"period_from_date": "window_from_date", "period_to_date": "window_to_date"})
        .join(names, on="both", maintain_order="left")
        .drop("both")
    )
    both = pl.concat([lent, lent.with_columns(lender=pl.lit(WHOLE_BOOK))])
    begun = pl.col("start_date") <= pl.col("window_to_date")
    own = pl.when((pl.col("window") == "since_start") & begun).then("start_date")
    return (
        both.join(starts, on="lender", how="left", maintain_order="left")
        .with_columns(window_from_date=pl.coalesce(own, "window_from_date"))
        .drop("start_date")
    )


def first_lending_days(lending: pl.DataFrame) -> pl.DataFrame:
    """Return lender (the whole book under *) and start_date, the first day of which money stayed lent.

    lending: changes with their lender; a day of which everything was reversed, even later, is none.
    """
    both = pl.concat([lending, lending.with_columns(lender=pl.lit(WHOLE_BOOK))])
    days = both.group_by("lender", "loan_id", "flow_date").agg(pl.col("disbursed_amount").sum())
    return days.filter(pl.col("disbursed_amount") > 0).group_by("lender").agg(start_date=pl.col("flow_date").min())


def _rates(holdings: Holdings, lending: DataFrame[BalanceChange], windows: list[Period]) -> pl.DataFrame:
    """The rate of each loan's money by window."""
    lent = rated_lending(lending, holdings.loan_rates, holdings.fx, holdings.fx_max_age_days)
    parts = [
        rates_at_disbursement(lent.filter(pl.col("flow_date").is_between(window.first, window.last))).with_columns(
            both=pl.lit(window.name)
        )
        for window in windows
    ]
    return pl.concat(parts)


def _table(lent: pl.DataFrame, quarter: Period, fields: pl.DataFrame) -> pl.DataFrame:
    both = pl.concat([lent, lent.with_columns(crf_field=pl.lit(TOTAL_FIELD))])
    key = ["lender", "crf_field", "window"]
    amount, rate, tonnes = pl.col("balance_cny"), pl.col("annual_rate_pct"), pl.col("attributed_reductions_tco2e")
    has_figure = pl.col("status").is_in(WITH_A_FIGURE)
    money = amount.cast(pl.Float64)
    complete = (amount.null_count() == 0) & (rate.null_count() == 0) & (amount.sum() > 0)
    net = pl.when(amount.null_count() == 0).then(amount.sum()).over([*key, "project_id"])  # unknown is not nothing
    summed = (
        both.with_columns(net=net)
        .group_by(key)
        .agg(
            project_count=pl.col("project_id").filter(pl.col("net").is_null() | (pl.col("net") > 0)).n_unique(),
            disbursed_cny=pl.when(amount.null_count() == 0).then(amount.sum()),
            weighted_rate_pct=pl.when(complete).then((money * rate).sum() / money.sum()),
            attributed_annual_reductions_tco2e_per_year=pl.when(has_figure.any()).then(tonnes.sum()),
            coverage_ratio=coverage_ratio(amount, has_figure),
        )
    )
    return _with_empty_cells(summed, lent, quarter, fields)


def _with_empty_cells(summed: pl.DataFrame, lent: pl.DataFrame, quarter: Period, fields: pl.DataFrame) -> pl.DataFrame:
    """Every lender has every field and window; where nothing was lent the count, the money and the tonnes are 0."""
    valid = fields.filter(pl.col("valid_from") <= quarter.last)["crf_field"].to_list()
    order = pl.DataFrame({"crf_field": [*valid, TOTAL_FIELD]}).with_row_index("field_number")
    starts = (
        lent.filter(pl.col("window") == "since_start")
        .group_by("lender")
        .agg(since_start=pl.col("window_from_date").min())
    )
    windows = pl.DataFrame({"window": WINDOWS}).with_row_index("window_number")
    year = quarter.first.replace(month=1, day=1)
    from_date = pl.col("window").replace_strict(
        {"quarter": quarter.first, "year_to_date": year}, default=pl.col("since_start"), return_dtype=pl.Date
    )
    cells = lent.select("lender").unique().join(order, how="cross").join(windows, how="cross")
    filled = (
        cells.join(summed, on=["lender", "crf_field", "window"], how="left")
        .join(starts, on="lender", how="left")
        .with_columns(window_from_date=from_date)
    )
    nothing = pl.col("project_count").is_null()
    return filled.with_columns(
        pl.col("project_count").fill_null(0),
        disbursed_cny=pl.when(nothing).then(pl.lit(0).cast(MONEY_DTYPE)).otherwise("disbursed_cny"),
        attributed_annual_reductions_tco2e_per_year=pl.when(nothing)
        .then(0.0)
        .otherwise("attributed_annual_reductions_tco2e_per_year"),
        period=pl.lit(quarter.name),
        window_to_date=pl.lit(quarter.last),
    ).sort("lender", "field_number", "window_number")


def _projects(
    lent: pl.DataFrame, holdings: Holdings, quarter: Period, realisation: DataFrame[ProjectRealisation]
) -> pl.DataFrame:
    """One row a lender and project with money since the start."""
    key = ["lender", "project_id"]
    since = lent.filter(pl.col("window") == "since_start")
    in_quarter = (
        lent.filter(pl.col("window") == "quarter")
        .group_by(key)
        .agg(
            disbursed_in_quarter_cny=_complete_sum("balance_cny"),
            attributed_annual_in_quarter_tco2e_per_year=_complete_sum("attributed_reductions_tco2e"),
            lent_in_quarter=pl.lit(True),
        )
    )
    rows = (
        since.sort("loan_id")
        .group_by(key, maintain_order=True)
        .agg(
            pl.col("crf_field").first(),
            pl.col("status").first(),
            pl.col("emission_reductions_tco2e").first(),
            disbursed_cny=_complete_sum("balance_cny"),
            attribution_factor_ratio=_complete_sum("attribution_factor_ratio"),
            attributed_annual_reductions_tco2e_per_year=_complete_sum("attributed_reductions_tco2e"),
        )
    )
    outcomes = _four_quarters(holdings, quarter, realisation)
    invested = pl.when(pl.col("investment_currency") == "CNY").then("total_investment")
    described = holdings.projects.select(
        "project_id", "project_name", "method", "commissioning_date", total_investment_cny=invested
    )
    joined = rows.join(in_quarter, on=key, how="left").join(described, on="project_id").join(outcomes, on="project_id")
    nothing = pl.col("lent_in_quarter").is_null()
    in_quarter_columns = ["disbursed_in_quarter_cny", "attributed_annual_in_quarter_tco2e_per_year"]
    return joined.with_columns(
        pl.when(nothing).then(0).otherwise(pl.col(in_quarter_columns)).name.keep(),
        period=pl.lit(quarter.name),
        annual_reductions_tco2e_per_year="emission_reductions_tco2e",
    ).sort("lender", "project_id")


def _four_quarters(holdings: Holdings, quarter: Period, realisation: DataFrame[ProjectRealisation]) -> pl.DataFrame:
    """Return promised, expected and measured over the four quarters that end with this one."""
    four_quarters = Period("four_quarters", _year_before(quarter.last), quarter.last)
    return outcomes_in(holdings, four_quarters, realisation).select(
        "project_id",
        "realisation_type_used",
        "realisation_scope",
        "realisation_projects_count",
        promised_last_four_quarters_tco2e="promised_reductions_tco2e",
        measured_last_four_quarters_tco2e="measured_reductions_tco2e",
        measured_minus_promised_last_four_quarters_tco2e="measured_minus_promised_tco2e",
        expected_median_last_four_quarters_tco2e="expected_median_tco2e",
        expected_p10_last_four_quarters_tco2e="expected_p10_tco2e",
        expected_p90_last_four_quarters_tco2e="expected_p90_tco2e",
    )


def _complete_sum(column: str) -> pl.Expr:
    return pl.when(pl.col(column).null_count() == 0).then(pl.col(column).sum())


def _year_before(last: dt.date) -> dt.date:
    """The day after the same quarter's end a year earlier."""
    following = last + dt.timedelta(days=1)
    return following.replace(year=following.year - 1)
