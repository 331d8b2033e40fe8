"""The quarterly carbon-reduction-loan disclosure: money newly lent, its rate, and the annual reduction it brings about.

Three windows end on the quarter's last day: the quarter, the year to date, and since the lender's first such money. A
project counts once per window. Refinancing and working capital are not new lending to a project and do not count.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Final

import polars as pl

from schemas.between.outcomes import FirstLending, LentInWindow, ProjectRealisation
from schemas.between.sums import FacilitySum
from schemas.contract import MONEY_DTYPE, DataFrame, conform, stacked, unchecked
from schemas.deliveries import Loan
from schemas.disclosures import TOTAL_FIELD, WHOLE_BOOK, WINDOWS, CrfDisclosure, CrfProject
from schemas.marts import BalanceChange
from schemas.reference import FacilityField
from schemas.words.statuses import WITH_A_FIGURE
from transforms.attribution.coverage import added_loan_sums, coverage_of_sums, loan_sums
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


def lent_by_window(
    holdings: Holdings, quarters: Sequence[Period], starts: DataFrame[FirstLending]
) -> DataFrame[LentInWindow]:
    """Return a row a quarter (period), window, lender (the whole book under *) and loan that lent in the window.

    starts: first_lending_days of the whole book.
    """
    loans = facility_loans(holdings.loans).select("loan_id", "crf_field", "lender")
    if loans.is_empty() or not quarters:
        return LentInWindow.empty_frame()
    lending = facility_lending(holdings.changes, holdings.loans, holdings.facility_fields)
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
    dated = both.join(starts, on="lender", how="left", maintain_order="left")
    return conform(dated.with_columns(window_from_date=pl.coalesce(own, "window_from_date")), LentInWindow)


def facility_lending(
    changes: DataFrame[BalanceChange], loans: DataFrame[Loan], fields: DataFrame[FacilityField]
) -> DataFrame[BalanceChange]:
    """Return the changes of loans under the facility, without what they lent outside its fields' days."""
    own = changes.join(facility_loans(loans), on="loan_id", how="semi", maintain_order="left")
    return eligible_changes(own, loans, fields)


def first_lending_days(lending: DataFrame[BalanceChange], loans: DataFrame[Loan]) -> DataFrame[FirstLending]:
    """Return lender (the whole book under *) and start_date, the first day of which money stayed lent.

    A day of which everything was reversed, even later, is none.
    """
    own = lending.join(loans.select("loan_id", "lender"), on="loan_id")
    both = pl.concat([own, own.with_columns(lender=pl.lit(WHOLE_BOOK))])
    days = both.group_by("lender", "loan_id", "flow_date").agg(pl.col("disbursed_amount").sum())
    stayed = days.filter(pl.col("disbursed_amount") > 0)
    return unchecked(stayed.group_by("lender").agg(start_date=pl.col("flow_date").min()), FirstLending)


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


def facility_sums(lent: DataFrame[LentInWindow]) -> DataFrame[FacilitySum]:
    """Return schemas.between.sums.FacilitySum of what was lent: by quarter, lender, field (and all) and window."""
    both = pl.concat([lent, lent.with_columns(crf_field=pl.lit(TOTAL_FIELD))])
    key = ["period", "lender", "crf_field", "window"]
    amount, rate, tonnes = pl.col("balance_cny"), pl.col("annual_rate_pct"), pl.col("attributed_reductions_tco2e")
    has_figure = pl.col("status").is_in(WITH_A_FIGURE)
    net = pl.when(amount.null_count() == 0).then(amount.sum()).over([*key, "project_id"])  # unknown is not nothing
    summed = (
        both.with_columns(net=net)
        .group_by(key)
        .agg(
            pl.col("window_from_date").min(),
            **loan_sums(amount, has_figure),
            project_count=pl.col("project_id").filter(pl.col("net").is_null() | (pl.col("net") > 0)).n_unique(),
            unknown_rate_count=rate.null_count(),
            cny_times_rate=(amount.cast(pl.Float64) * rate).sum(),
            figure_count=has_figure.sum(),
            attributed_annual_reductions_tco2e_per_year=tonnes.sum(),
        )
    )
    return conform(summed, FacilitySum)


def disclosure_crf(
    sums: DataFrame[FacilitySum], fields: DataFrame[FacilityField], quarters: Sequence[Period]
) -> DataFrame[CrfDisclosure]:
    """Return schemas.disclosures.CrfDisclosure of the quarters up to whose end somebody had lent."""
    added = _added(sums)
    own = {quarter: added.filter(period=quarter.name) for quarter in quarters}
    begun = {quarter: rows for quarter, rows in own.items() if rows.filter(window="since_start").height}
    tables = [conform(_with_empty_cells(rows, quarter, fields), CrfDisclosure) for quarter, rows in begun.items()]
    return stacked([CrfDisclosure.empty_frame(), *tables])


def _added(sums: DataFrame[FacilitySum]) -> pl.DataFrame:
    """The columns of CrfDisclosure that are sums, and ratios of sums."""
    counts = ["project_count", "unknown_rate_count", "figure_count"]
    tonnes = "attributed_annual_reductions_tco2e_per_year"
    added = sums.group_by("period", "lender", "crf_field", "window", maintain_order=True).agg(
        pl.col("window_from_date").min(), pl.col(*counts, "cny_times_rate", tonnes).sum(), **added_loan_sums()
    )
    has_rate = (pl.col("unknown_rate_count") == 0) & (pl.col("whole_cny") > 0)
    return added.with_columns(
        pl.when(pl.col("figure_count") > 0).then(tonnes),
        disbursed_cny="whole_cny",
        weighted_rate_pct=pl.when(has_rate).then(pl.col("cny_times_rate") / pl.col("known_cny")),
        coverage_ratio=coverage_of_sums(),
    )


def _with_empty_cells(summed: pl.DataFrame, quarter: Period, fields: DataFrame[FacilityField]) -> pl.DataFrame:
    """Every lender has every field and window; where nothing was lent the count, the money and the tonnes are 0."""
    valid = fields.filter(pl.col("valid_from") <= quarter.last)["crf_field"].to_list()
    order = pl.DataFrame({"crf_field": [*valid, TOTAL_FIELD]}).with_row_index("field_number")
    begun = summed.filter(window="since_start")
    starts = begun.group_by("lender").agg(since_start=pl.col("window_from_date").min())
    windows = pl.DataFrame({"window": WINDOWS}).with_row_index("window_number")
    year = quarter.first.replace(month=1, day=1)
    from_date = pl.col("window").replace_strict(
        {"quarter": quarter.first, "year_to_date": year}, default=pl.col("since_start"), return_dtype=pl.Date
    )
    cells = summed.select("lender").unique().join(order, how="cross").join(windows, how="cross")
    own = summed.drop("period", "window_from_date")
    filled = (
        cells.join(own, on=["lender", "crf_field", "window"], how="left")
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


def facility_projects(
    lent: DataFrame[LentInWindow],
    holdings: Holdings,
    quarters: Sequence[Period],
    realisation: DataFrame[ProjectRealisation],
) -> DataFrame[CrfProject]:
    """Return schemas.disclosures.CrfProject: the projects behind each quarter's table."""
    own = {quarter: lent.filter(period=quarter.name) for quarter in quarters}
    begun = {quarter: rows for quarter, rows in own.items() if rows.filter(window="since_start").height}
    tables = [conform(_projects(rows, holdings, quarter, realisation), CrfProject) for quarter, rows in begun.items()]
    return stacked([CrfProject.empty_frame(), *tables])


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
