"""What part of a project's reduction each loan may claim, on each basis, over any period.

    attributed = ER x balance / total investment

Where all known lenders' shares of one project pass 1 they are scaled to sum to 1; raw and scaled are both kept. On the
basis `disbursed` that sum is taken over everything lent up to the period's end, so that a narrower window can never
claim more than a wider one that ends on the same day.
"""

from typing import Final

import polars as pl

from transforms.calendar import Period
from transforms.exposures import exposures, with_denominator
from transforms.facility import facility_loans
from transforms.holdings import Holdings
from transforms.positions import fen
from transforms.profiles import PLAIN, Rule
from transforms.project_reductions import month_parts, reductions

TOLERANCE: Final = 1e-12
"""Shares that pass 1 by less than this pass it by rounding only."""


def attribute(book: Holdings, period: Period, by: str | Rule) -> pl.DataFrame:
    """Return a row a loan that had a balance or an entry in the period, by a plain basis or a profile's rule:

    loan_id, project_id, lender, balance_cny, emission_reductions_tco2e, attribution_factor_raw_ratio,
    attribution_factor_ratio, attributed_reductions_tco2e, status, denominator, exchange_rate_date, guaranteed_cny.
    Where the rule takes the promised annual reduction (as on the basis `disbursed`), tonnes are per year.
    """
    rule = PLAIN[by] if isinstance(by, str) else by
    exposed = with_denominator(book, exposures(book, period, rule), period, rule)
    joined = exposed.join(reductions(book, period, rule), on="project_id", how="left", maintain_order="left")
    shared = _shares(joined, rule.basis).filter("is_active")
    if rule.loans == "facility":
        shared = shared.join(facility_loans(book.loans), on="loan_id", how="semi", maintain_order="left")
    rows = _monthly_matched(book, shared, period) if rule.basis == "monthly_matched" else _proportional(shared)
    return _with_status(rows).sort("loan_id").select(
        "loan_id", "project_id", "lender", "balance_cny", "emission_reductions_tco2e",
        "attribution_factor_raw_ratio", "attribution_factor_ratio", "attributed_reductions_tco2e", "status",
        "denominator", "exchange_rate_date", "guaranteed_cny",
    )  # fmt: skip


def loan_shares(book: Holdings, period: Period, basis: str) -> pl.DataFrame:
    """Return each active loan's share whatever becomes of the tonnes: loan_id, project_id, lender, ratio (scaled),

    counts (False: working capital, or overdrawn) and has_investment.
    """
    rule = PLAIN[basis]
    rows = _shares(with_denominator(book, exposures(book, period, rule), period, rule), basis).filter("is_active")
    return rows.select("loan_id", "project_id", "lender", "ratio", "counts", "has_investment")


def _shares(rows: pl.DataFrame, basis: str) -> pl.DataFrame:
    """Add raw_ratio and ratio: exposure over investment, scaled where the project's lenders together pass 1."""
    counts = (pl.col("loan_type") != "working_capital") & ~pl.col("is_overdrawn").fill_null(False)
    raw = pl.when(counts).then(pl.col("exposure_fen") / pl.col("investment_fen"))
    so_far = pl.when(counts).then(pl.col("lent_so_far_fen") / pl.col("investment_fen"))
    claimed = so_far if basis == "disbursed" else raw
    return rows.with_columns(counts=counts, raw_ratio=raw, claimed_ratio=claimed).with_columns(
        ratio=_scaled("raw_ratio", "claimed_ratio", "project_id")
    )


def _scaled(raw: str, claimed: str, over: str | list[str]) -> pl.Expr:
    together = pl.col(claimed).sum().over(over)
    return pl.when(together > 1 + TOLERANCE).then(pl.col(raw) / together).otherwise(pl.col(raw))


def _proportional(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(
        attribution_factor_raw_ratio="raw_ratio", attribution_factor_ratio="ratio",
        attributed_reductions_tco2e=pl.col("emission_reductions_tco2e") * pl.col("ratio"),
    )  # fmt: skip


def _monthly_matched(book: Holdings, rows: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Sum over months of that month's ER x month-end balance / investment; the factor is what that makes of the ER."""
    months = _month_end_shares(book, rows, period)
    parts = month_parts(book.months, period).select("project_id", "month_start_date", "part_tco2e")
    matched = months.join(parts, on=["project_id", "month_start_date"], how="left").sort("loan_id", "month_start_date")
    summed = matched.group_by("loan_id", maintain_order=True).agg(
        raw_tco2e=(pl.col("part_tco2e") * pl.col("raw_ratio")).sum(),
        attributed=(pl.col("part_tco2e") * pl.col("ratio")).sum(),
    )
    reduction = pl.col("emission_reductions_tco2e")
    divisor = pl.when(reduction != 0).then(reduction)
    known = reduction.is_not_null() & pl.col("ratio").is_not_null()
    return rows.join(summed, on="loan_id", how="left").with_columns(
        attributed_reductions_tco2e=pl.when(known).then("attributed"),
        attribution_factor_ratio=pl.when(known).then(pl.col("attributed") / divisor),
        attribution_factor_raw_ratio=pl.when(known).then(pl.col("raw_tco2e") / divisor),
    )


def _month_end_shares(book: Holdings, rows: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Return loan_id, project_id, month_start_date, raw_ratio and ratio (scaled within each month)."""
    starts = pl.date_range(period.first.replace(day=1), period.last, interval="1mo", eager=True)
    months = pl.DataFrame({"month_start_date": starts}).with_columns(
        closing_date=pl.min_horizontal(pl.col("month_start_date").dt.month_end(), pl.lit(period.last))
    )
    grid = rows.select("loan_id", "project_id", "investment_fen", "counts").join(months, how="cross")
    changes = book.changes.select("loan_id", "value_date", fen=fen("balance_change_amount")).sort("value_date")
    running = changes.with_columns(balance_fen=pl.col("fen").cum_sum().over("loan_id"))
    closing = grid.sort("closing_date").join_asof(
        running.select("loan_id", "balance_fen", closing_date="value_date"), on="closing_date", by="loan_id",
        strategy="backward", check_sortedness=False,
    )  # fmt: skip
    balance = pl.col("balance_fen").fill_null(0)  # before its first entry a loan's balance is nothing
    raw = pl.when("counts").then(balance / pl.col("investment_fen"))
    return closing.with_columns(raw_ratio=raw).with_columns(
        ratio=_scaled("raw_ratio", "raw_ratio", ["project_id", "month_start_date"])
    )


def _with_status(rows: pl.DataFrame) -> pl.DataFrame:
    """One status a row, the most fundamental reason first; without a figure there is no factor and no tonne."""
    kept = pl.col("er_status").is_in(["not_estimated", "under_construction"])
    status = (
        pl.when(pl.col("loan_type") == "working_capital").then(pl.lit("not_estimated"))
        .when(pl.col("is_overdrawn").fill_null(False)).then(pl.lit("refused"))
        .when(kept).then("er_status")
        .when(~pl.col("has_investment")).then(pl.lit("blocked_no_denominator"))
        .when(pl.col("raw_ratio").is_null()).then(pl.lit("blocked_missing_parameter"))
        .otherwise("er_status")
    )  # fmt: skip
    figures = pl.col("status").is_in(["measured", "reported", "promised"])
    shown = ["attribution_factor_raw_ratio", "attribution_factor_ratio", "attributed_reductions_tco2e"]
    return rows.with_columns(status=status).with_columns(pl.when(figures).then(pl.col(shown)))
