"""What part of a project's reduction each loan may claim, on each basis, over any period.

The rule itself is `share_rule`: what it is made of runs here, and is what documents and pages print.

Where all known lenders' shares of one project pass 1 they are scaled to sum to 1; raw and scaled are both kept. Where
one of them is not known (no exchange rate, overdrawn), neither is their sum, and no lender has a figure. On the
basis `disbursed` that sum is taken over everything lent up to the period's end, so that a narrower window can never
claim more than a wider one that ends on the same day.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import polars as pl

from schemas.between.attribution import Attributed, AttributedInPeriod, LoanShare
from schemas.contract import DataFrame, stacked, unchecked
from schemas.words.statuses import WITH_A_FIGURE, WITHOUT_TONNES
from transforms.attribution import roles
from transforms.attribution.exposures import exposures, with_denominator, without_scalars
from transforms.attribution.holdings import REMEMBERED, Holdings
from transforms.attribution.profiles import PLAIN, Rule
from transforms.attribution.project_reductions import month_parts, reductions
from transforms.attribution.statuses import FACTS_OF_A_SHARE, OF_A_SHARE, first_status
from transforms.ground.calendar import PERIOD_COLUMNS, Period, Periods, period_table
from transforms.methods.engine.signs import symbol
from transforms.money.balances import balances_before

ROWS_AT_ONCE: Final = 500_000
"""Loans times periods that are looked at together: small books in one go, large ones a few periods at a time."""

TOLERANCE: Final = 1e-12
"""Shares that pass 1 by less than this pass it by rounding only."""


MONEY: Final = symbol("exposure_fen", "money")
INVESTMENT: Final = symbol("investment_fen", "denominator")
TONNES: Final = symbol("emission_reductions_tco2e", "reduction")


def share_of(money: pl.Expr) -> pl.Expr:
    """Return the share that money has of a project."""
    return money / INVESTMENT


def attributed(tonnes: pl.Expr, share: pl.Expr) -> pl.Expr:
    """Return the part of the tonnes that a share may claim."""
    return tonnes * share


def share_rule() -> pl.Expr:
    """Return the rule as it is printed: what a loan may claim before any scaling."""
    return attributed(TONNES, share_of(MONEY))


def attribute(holdings: Holdings, period: Period, by: str | Rule) -> DataFrame[Attributed]:
    """Return a row a loan that had a balance or an entry in the period, by a plain basis or a profile's rule.

    Where the rule takes the promised annual reduction (as on the basis `disbursed`), tonnes are per year.
    """
    return unchecked(attribute_each(holdings, [period], by).drop(PERIOD_COLUMNS), Attributed)


def attribute_each(holdings: Holdings, periods: Sequence[Period], by: str | Rule) -> DataFrame[AttributedInPeriod]:
    """Return the rows of `attribute` for each of the periods, after PERIOD_COLUMNS; names of periods are unique."""
    rule = PLAIN[by] if isinstance(by, str) else by
    return attribute_by(holdings, periods, [rule])[rule]


def attribute_by(
    holdings: Holdings, periods: Sequence[Period], rules: Sequence[Rule]
) -> dict[Rule, DataFrame[AttributedInPeriod]]:
    """Return the rows of `attribute_each` by rule; rules that share their shares are best next to each other."""
    at_once = max(1, ROWS_AT_ONCE // max(1, holdings.loans.height))
    chunks = [tuple(periods[i : i + at_once]) for i in range(0, len(periods) or 1, at_once)]
    parts = [[_attributed(holdings, chunk, rule) for rule in rules] for chunk in chunks]
    return {rule: stacked(of_rule) for rule, of_rule in zip(rules, zip(*parts, strict=True), strict=True)}


def _attributed(holdings: Holdings, periods: Periods, rule: Rule) -> DataFrame[AttributedInPeriod]:
    shares = _shares_by(holdings, periods, Rule(rule.basis, rule.denominator, loans=rule.loans))
    tonnes = reductions(holdings, periods, rule)
    shared = without_scalars(shares.join(tonnes, on=["period", "project_id"], how="left", maintain_order="left"))
    rows = _monthly_matched(holdings, shared, periods) if rule.is_matched else _proportional(shared)
    in_turn = period_table(periods).sort("period_from_date", "period_to_date").with_row_index("turn")
    dated = _with_status(rows).join(in_turn, on="period", how="left", maintain_order="left")
    kept = dated.sort("turn", maintain_order=True).select(  # rows are in the order of their loans
        *PERIOD_COLUMNS,
        "loan_id",
        "project_id",
        "lender",
        "balance_cny",
        "emission_reductions_tco2e",
        "attribution_factor_raw_ratio",
        "attribution_factor_ratio",
        "attributed_reductions_tco2e",
        "status",
        "denominator",
        "exchange_rate_date",
        "guaranteed_cny",
    )
    return unchecked(kept, AttributedInPeriod)


@lru_cache(maxsize=REMEMBERED)
def _shares_by(holdings: Holdings, periods: Periods, rule: Rule) -> pl.DataFrame:
    """The active loans' shares; of the rule the basis, the denominator and the loans count, whatever it is a share of.

    Several rules take one share of different reductions.
    """
    exposed = with_denominator(holdings, exposures(holdings, periods, rule), periods, rule)
    shared = _shares(without_scalars(exposed.sort("loan_number")), rule.is_flow).filter("is_active")
    return shared.filter("is_under_facility") if rule.loans == "facility" else shared


def loan_shares(holdings: Holdings, period: Period, basis: str) -> DataFrame[LoanShare]:
    """Return each active loan's share whatever becomes of the tonnes."""
    shares = _shares_by(holdings, (period,), Rule(basis))
    named = shares.rename({"ratio": "share_ratio", "counts": "is_counted"})
    return unchecked(named.select(LoanShare.columns()), LoanShare)


def _shares(rows: pl.DataFrame, is_flow: bool) -> pl.DataFrame:
    """Add raw_ratio and ratio: exposure over investment, scaled where the project's lenders together pass 1.

    Where one loan's part is not known, ratio is null for every lender of the project that lent anything.
    """
    claimed = pl.col("lent_so_far_fen" if is_flow else "exposure_fen")
    known = rows.with_columns(pl.col("is_overdrawn").fill_null(False), is_flow=pl.lit(is_flow))
    shared = known.with_columns(counts=roles.COUNTS, may_count=roles.MAY_COUNT).with_columns(
        raw_ratio=pl.when("counts").then(over_investment(pl.col("exposure_fen"))),
        claimed_ratio=pl.when("counts").then(over_investment(claimed)),
    )
    unknown = pl.col("may_count") & pl.col("claimed_ratio").is_null()
    is_known = ~unknown.any().over("period", "project_id")
    scaled = _scaled("raw_ratio", "claimed_ratio", ["period", "project_id"])
    return shared.with_columns(ratio=pl.when(is_known | (pl.col("raw_ratio") == 0)).then(scaled))


def over_investment(money: pl.Expr) -> pl.Expr:
    """No money is a share of 0 of a known investment, even where its currency has no rate; the macro prints this."""
    return pl.when((money == 0) & pl.col("has_investment")).then(0.0).otherwise(share_of(money))


def _scaled(raw: str, claimed: str, over: list[str]) -> pl.Expr:
    together = pl.col(claimed).sum().over(over)
    return scaled(pl.col(raw), together)


def scaled(raw: pl.Expr, together: pl.Expr) -> pl.Expr:
    """Return a lender's share, where those of the project pass 1 together its part of 1; the macro prints this."""
    return pl.when(together > 1 + TOLERANCE).then(raw / together).otherwise(raw)


def _proportional(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(
        attribution_factor_raw_ratio="raw_ratio",
        attribution_factor_ratio="ratio",
        attributed_reductions_tco2e=attributed(TONNES, pl.col("ratio")),
    )


def _monthly_matched(holdings: Holdings, rows: pl.DataFrame, periods: Periods) -> pl.DataFrame:
    """Sum over months of that month's ER x month-end balance / investment; the factor is what that makes of the ER."""
    claimed = rows.select("period", "project_id").unique(maintain_order=True).with_row_index("claim")
    numbered = rows.join(claimed, on=["period", "project_id"], how="left", maintain_order="left").with_row_index("row")
    parts = month_parts(holdings, periods).join(claimed, on=["period", "project_id"])
    matched = _month_end_shares(holdings, numbered, periods).join(
        parts.select("claim", "month_start_date", "part_tco2e"),
        on=["claim", "month_start_date"],
        how="left",
        maintain_order="left",
    )
    summed = matched.group_by("row", "claim", maintain_order=True).agg(
        raw_tco2e=attributed(pl.col("part_tco2e"), pl.col("raw_ratio")).sum(),
        attributed=attributed(pl.col("part_tco2e"), pl.col("ratio")).sum(),
    )
    reduction = pl.col("emission_reductions_tco2e")
    divisor = pl.when(reduction != 0).then(reduction)
    known = reduction.is_not_null() & pl.col("ratio").is_not_null()
    return numbered.join(summed, on=["row", "claim"], how="left", maintain_order="left").with_columns(
        attributed_reductions_tco2e=pl.when(known).then("attributed"),
        attribution_factor_ratio=pl.when(known).then(pl.col("attributed") / divisor),
        attribution_factor_raw_ratio=pl.when(known).then(pl.col("raw_tco2e") / divisor),
    )


def _month_end_shares(holdings: Holdings, rows: pl.DataFrame, periods: Periods) -> pl.DataFrame:
    """Return row, claim, month_start_date, raw_ratio and ratio (scaled within each month): each row's months in turn.

    rows: numbered by `row`, those of a period and project by one `claim`: texts are compared once, not once a month.
    """
    closing_date = pl.min_horizontal(pl.col("month_start_date").dt.month_end(), "period_to_date")
    starts = pl.date_ranges(pl.col("period_from_date").dt.month_start(), "period_to_date", interval="1mo")
    months = (
        period_table(periods)
        .with_columns(month_start_date=starts)
        .explode("month_start_date")
        .select(
            "period",
            "month_start_date",
            following_date=closing_date.dt.offset_by("1d"),
        )
    )
    balances = balances_before(holdings.changes, months["following_date"])
    loans = balances.select("loan_id").unique(maintain_order=True).with_row_index("loan")
    closings = balances.join(loans, on="loan_id", maintain_order="left").select(
        "loan", "balance_fen", following_date="before_date"
    )
    parties = ["row", "claim", "loan", "investment_fen", "has_investment", "counts"]
    known = rows.join(loans, on="loan_id", how="left", maintain_order="left")
    grid = known.select("period", *parties).join(months, on="period", maintain_order="left_right").drop("period")
    closing = grid.join(closings, on=["loan", "following_date"], how="left", maintain_order="left")
    raw = pl.when("counts").then(over_investment(pl.col("balance_fen")))
    return closing.select("row", "claim", "month_start_date", raw_ratio=raw).with_columns(
        ratio=_scaled("raw_ratio", "raw_ratio", ["claim", "month_start_date"])
    )


def _with_status(rows: pl.DataFrame) -> pl.DataFrame:
    """One status a row, the most fundamental reason first; without a figure there is no factor and no tonne."""
    reasons = rows.with_columns(has_no_tonnes=pl.col("er_status").is_in(WITHOUT_TONNES), **FACTS_OF_A_SHARE)
    shown = ["attribution_factor_raw_ratio", "attribution_factor_ratio", "attributed_reductions_tco2e"]
    has_figure = pl.col("status").is_in(WITH_A_FIGURE)
    return reasons.with_columns(status=first_status(OF_A_SHARE)).with_columns(pl.when(has_figure).then(pl.col(shown)))
