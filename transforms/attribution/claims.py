"""Double-claim guard: who claims more than there is, the same money twice, and money that changes hands with a gap."""

from typing import Final

import polars as pl

from schemas.between.attribution import Attributed, ClaimedTogether
from schemas.between.ground import FlagFacts
from schemas.contract import MONEY_DTYPE, DataFrame, conform, stacked, unchecked
from schemas.deliveries import Loan
from schemas.marts import AttributedReduction, BalanceChange, ShareAboveOne
from transforms.attribution.holdings import Holdings
from transforms.attribution.roles import facility_loans
from transforms.attribution.shares import TOLERANCE
from transforms.ground.flag_rows import flags, no_flags

RULE: Final = ["period", "period_from_date", "period_to_date", "basis", "profile"]


def shares_above_one(attributed: DataFrame[AttributedReduction]) -> DataFrame[ShareAboveOne]:
    """Return schemas.marts.ShareAboveOne: each lender of a project whose raw shares pass 1, and what it gave up.

    attributed: schemas.marts.AttributedReduction.
    """
    raw, used = pl.col("attribution_factor_raw_ratio"), pl.col("attribution_factor_ratio")
    lenders = (
        _near_one(attributed)
        .group_by(*RULE, "project_id", "lender", maintain_order=True)
        .agg(
            raw.sum(),
            used.sum(),
            balance_cny=pl.when(pl.col("balance_cny").null_count() == 0).then(pl.col("balance_cny").sum()),
        )
    )
    over = lenders.with_columns(project_raw_ratio=raw.sum().over(*RULE, "project_id")).filter(
        pl.col("project_raw_ratio") > 1 + TOLERANCE
    )
    kept = pl.when(raw != 0).then(used / raw)
    fen = (pl.col("balance_cny").cast(pl.Float64) * (1 - kept) * 100).round(0).cast(pl.Int128).cast(pl.Decimal(38, 0))
    return conform(
        over.with_columns(excess_ratio=raw - used, excess_cny=fen * pl.lit("0.01").cast(MONEY_DTYPE)),
        ShareAboveOne,
    ).sort("period_to_date", "period", "basis", "profile", "project_id", "lender")


def _near_one(attributed: DataFrame[AttributedReduction]) -> pl.DataFrame:
    """The rows of projects whose shares come to 1, which are few: to add up all rows by lender takes long."""
    key = ["period", "basis", "profile", "project_id"]
    together = attributed.group_by(key).agg(pl.col("attribution_factor_raw_ratio").sum())
    near = together.filter(pl.col("attribution_factor_raw_ratio") >= 1)
    return attributed.join(near, on=key, how="semi", nulls_equal=True, maintain_order="left")


def claim_flags(
    holdings: Holdings, attributed: DataFrame[AttributedReduction], above: DataFrame[ShareAboveOne]
) -> DataFrame[FlagFacts]:
    """Return the standing flags of claims; attributed: schemas.marts.AttributedReduction; above: shares_above_one."""
    parts = [
        _beyond_one(above),
        _two_fields(holdings),
        _same_money(holdings),
        _rate_and_stock(attributed),
        _transfers(holdings),
    ]
    return stacked(parts)


def who_is_over(rows: DataFrame[Attributed | ShareAboveOne]) -> DataFrame[ClaimedTogether]:
    """Return the projects of the rows whose raw shares pass 1: their sum and, lender by lender, raw -> used."""
    raw, used = pl.col("attribution_factor_raw_ratio"), pl.col("attribution_factor_ratio")
    lenders = rows.group_by("project_id", "lender").agg(raw.sum(), used.sum()).sort("project_id", "lender")
    scaled = pl.format("{} {} -> {}", "lender", raw.round(6), used.round(6))
    together = lenders.group_by("project_id", maintain_order=True).agg(
        together_ratio=raw.sum(), lenders=scaled.str.join("; ")
    )
    return unchecked(together.filter(pl.col("together_ratio") > 1 + TOLERANCE), ClaimedTogether)


def _beyond_one(above: DataFrame[ShareAboveOne]) -> DataFrame[FlagFacts]:
    """One flag a project: the last period in which its lenders together claim more than all of it, the worst rule."""
    if above.is_empty():
        return no_flags()
    rule = pl.coalesce("basis", "profile")
    worst = (
        above.with_columns(rule=rule)
        .sort("period_to_date", "project_raw_ratio", "period", "rule")
        .group_by("project_id", maintain_order=True)
        .agg(pl.col("period", "rule").last())
    )
    key = ["project_id", "period"]
    rows = above.join(worst, left_on=[*key, rule], right_on=[*key, "rule"], how="semi")
    over = who_is_over(rows).join(worst, on="project_id")
    return flags(
        over,
        "claimed_beyond_one",
        "project_id",
        "period",
        "rule",
        "lenders",
        together=pl.col("together_ratio").round(6),
        excess=(pl.col("together_ratio") - 1).round(6),
    )


def _two_fields(holdings: Holdings) -> DataFrame[FlagFacts]:
    fields = (
        facility_loans(holdings.loans)
        .group_by("project_id")
        .agg(pl.col("crf_field").unique().sort().str.join(", "), count=pl.col("crf_field").n_unique())
    )
    return flags(fields.filter(pl.col("count") > 1), "two_facility_fields", "project_id", "crf_field")


def _same_money(holdings: Holdings) -> DataFrame[FlagFacts]:
    """Two loans of one lender for one project, with the same amount paid out on the same day."""
    reversed_days = holdings.changes.filter(pl.col("disbursed_amount") < 0).select(
        "loan_id", value_date="flow_date", disbursed_amount=-pl.col("disbursed_amount")
    )
    lent = holdings.changes.filter(pl.col("disbursed_amount") > 0).join(
        reversed_days, on=["loan_id", "value_date", "disbursed_amount"], how="anti"
    )
    parties = holdings.loans.select("loan_id", "project_id", "lender")
    twice = (
        lent.join(parties, on="loan_id")
        .group_by("project_id", "lender", "currency", "value_date", "disbursed_amount")
        .agg(pl.col("loan_id").unique().sort())
    )
    repeated = twice.filter(pl.col("loan_id").list.len() > 1).with_columns(loans=pl.col("loan_id").list.join(", "))
    return flags(
        repeated, "same_money_two_loans", "project_id", "lender", "disbursed_amount", "currency", "value_date", "loans"
    )


def _rate_and_stock(attributed: pl.DataFrame) -> DataFrame[FlagFacts]:
    """Projects that are published both as tonnes per year under the facility and as measured tonnes of a period."""
    rates = attributed.filter((pl.col("profile") == "pboc_crf") & (pl.col("status") == "promised"))
    measured = attributed.filter(pl.col("basis").is_not_null() & (pl.col("status") == "measured"))
    both = rates.select("project_id").unique().join(measured, on="project_id", how="semi")
    return flags(both, "rate_and_stock", "project_id")


def _transfers(holdings: Holdings) -> DataFrame[FlagFacts]:
    """What leaves one holder of a project on a day arrives at others on that day, or leaves the book."""
    moved = holdings.changes.filter(pl.col("event").is_in(["TRANSFER_OUT", "TRANSFER_IN"])).join(
        holdings.loans.select("loan_id", "project_id"), on="loan_id"
    )
    change = pl.col("balance_change_amount")
    days = moved.group_by("project_id", "currency", "value_date").agg(
        out=-change.filter(change < 0).sum(), into=change.filter(change > 0).sum()
    )
    return flags(
        days.filter(pl.col("out") != pl.col("into")),
        "transfer_without_counterpart",
        "project_id",
        "value_date",
        "out",
        "currency",
        "into",
    )


def refinancings(loans: DataFrame[Loan], changes: DataFrame[BalanceChange]) -> DataFrame[FlagFacts]:
    """A refinancing is paid out on the day on which the loan that it refinances is repaid: one holder on any day."""
    apart = _repaid_another_day(loans, changes)
    days = (pl.col("repaid_date") - pl.col("paid_date")).dt.total_days()
    unpaid = apart.filter(pl.col("repaid_date").is_null())
    later, before = (apart.filter(sign * days > 0).with_columns(days=sign * days) for sign in (1, -1))
    return stacked(
        [
            flags(
                unpaid,
                "refinancing_dates_differ",
                "loan_id",
                "paid_date",
                "refinanced",
                wording="refinanced_loan_not_repaid",
            ),
            flags(later, "refinancing_dates_differ", "loan_id", "paid_date", "refinanced", "repaid_date", "days"),
            flags(
                before,
                "refinancing_dates_differ",
                "loan_id",
                "paid_date",
                "refinanced",
                "repaid_date",
                "days",
                wording="refinanced_loan_repaid_before",
            ),
        ]
    )


def _repaid_another_day(loans: DataFrame[Loan], changes: DataFrame[BalanceChange]) -> pl.DataFrame:
    """Refinancings without a repayment on the day of their payout, each beside the largest repayment, if any."""
    news = loans.filter(pl.col("refinances_loan_id").is_not_null()).select("loan_id", refinanced="refinances_loan_id")
    paid = changes.filter(pl.col("disbursed_amount") > 0).group_by("loan_id").agg(paid_date=pl.col("value_date").min())
    repaid = changes.filter(pl.col("repaid_amount") > 0).select(
        "repaid_amount", refinanced="loan_id", repaid_date="value_date"
    )
    pairs = news.join(paid, on="loan_id").join(repaid, on="refinanced", how="left")
    same_day = pairs.filter(pl.col("repaid_date") == pl.col("paid_date")).select("loan_id").unique()
    largest = pairs.join(same_day, on="loan_id", how="anti").sort("repaid_amount", "repaid_date", nulls_last=False)
    return largest.unique("loan_id", keep="last", maintain_order=True).sort("loan_id")
