"""What a reader must know of loans and their entries: not attributed, taken back, entered twice, or impossible."""

from typing import Final

import polars as pl

from schemas.between.ground import FlagFacts
from schemas.contract import DataFrame, stacked
from schemas.deliveries import Loan, Project
from schemas.marts import BalanceChange
from transforms.attribution.exposures import overdrawn_loans
from transforms.attribution.holdings import Holdings
from transforms.ground.calendar import Period, year
from transforms.ground.flag_rows import flags
from transforms.money.positions import fen

LEAST_PART: Final = 1_000
"""Nobody draws a thousandth of a contract: 500 of 5,000,000 are 500 万元."""
FACT: Final = ["loan_id", "value_date", "event", "currency", "amount"]


def loan_flags(holdings: Holdings) -> DataFrame[FlagFacts]:
    """Return what is not attributed to a loan, and what of its ledger is missing or cannot be."""
    lent = holdings.changes.group_by("loan_id").agg(
        balance_fen=fen("balance_change_amount").sum(), lent=pl.col("disbursed_amount").sum()
    )
    loans = holdings.loans.join(lent, on="loan_id", how="left", maintain_order="left")
    is_refinanced_crf = (pl.col("loan_type") == "refinance") & pl.col("crf_field").is_not_null()
    return stacked(
        [
            flags(loans.filter(pl.col("loan_type") == "working_capital"), "working_capital_excluded", "loan_id"),
            flags(
                loans.filter(pl.col("lent") > pl.col("contract_amount")),
                "disbursed_above_contract",
                "loan_id",
                "lent",
                "contract_amount",
            ),
            flags(
                loans.filter((pl.col("lent") > 0) & (pl.col("lent") * LEAST_PART <= pl.col("contract_amount"))),
                "disbursed_far_below_contract",
                "loan_id",
                "lent",
                "contract_amount",
            ),
            flags(overdrawn_loans(holdings.changes), "negative_balance", "loan_id"),
            flags(loans.filter(pl.col("lent").is_null()), "no_entries", "loan_id"),
            flags(loans.filter(is_refinanced_crf), "refinance_not_new_lending", "loan_id"),
        ]
    )


def ledger_flags(holdings: Holdings) -> DataFrame[FlagFacts]:
    """Return the flags of single entries."""
    parts = [
        lent_and_reversed_later(holdings.changes),
        identical_entries(holdings.changes),
        *(balance_before_operation(holdings, year(number)) for number in commissioning_years(holdings.projects)),
    ]
    return stacked(parts)


def commissioning_years(projects: DataFrame[Project]) -> list[int]:
    """Return the years in which a project began to operate."""
    return projects["commissioning_date"].drop_nulls().dt.year().unique().sort().to_list()


def balance_before_operation(holdings: Holdings, period: Period) -> DataFrame[FlagFacts]:
    """Loans with a balance in a period before their plant ran in it: an average balance counts days without tonnes."""
    first, last, begun = pl.lit(period.first), pl.lit(period.last), pl.col("commissioning_date")
    begins = holdings.projects.select("project_id", "commissioning_date").filter((begun > first) & (begun <= last))
    loans = holdings.loans.select("loan_id", "project_id").join(begins, on="project_id")
    before = (
        holdings.changes.join(loans, on="loan_id")
        .filter(pl.col("value_date") < begun)
        .with_columns(
            counted=(begun - pl.max_horizontal("value_date", first)).dt.total_days() * pl.col("balance_change_amount")
        )
    )
    found = (
        before.group_by("loan_id", "commissioning_date")
        .agg(pl.col("counted").sum(), since=pl.max_horizontal(pl.col("value_date").min(), first))
        .filter(pl.col("counted") > 0)
    )
    counted = found.with_columns(
        days=(begun - pl.col("since")).dt.total_days(),
        ran=(last - begun).dt.total_days() + 1,
        whole=pl.lit(period.days),
    )
    return flags(
        counted,
        "balance_before_operation",
        "loan_id",
        "days",
        "whole",
        "commissioning_date",
        "ran",
        first=first,
        last=last,
    )


def lent_and_reversed_later(changes: DataFrame[BalanceChange]) -> DataFrame[FlagFacts]:
    """A disbursement reversed after the quarter of it had ended: what was published of money lent counted it."""
    quarter = pl.format("{}Q{}", pl.col("flow_date").dt.year(), pl.col("flow_date").dt.quarter())
    is_later = pl.col("flow_date").dt.truncate("1q") != pl.col("value_date").dt.truncate("1q")
    late = changes.filter((pl.col("disbursed_amount") < 0) & is_later).with_columns(
        quarter=quarter,
        year=pl.col("flow_date").dt.year(),
        amount=-pl.col("disbursed_amount"),
    )
    is_next_year = pl.col("flow_date").dt.year() != pl.col("value_date").dt.year()
    return stacked(
        [
            flags(
                late.filter(~is_next_year),
                "lent_and_reversed_later",
                "loan_id",
                "amount",
                "currency",
                "flow_date",
                "value_date",
                "entry_id",
                "quarter",
            ),
            flags(
                late.filter(is_next_year),
                "lent_and_reversed_later",
                "loan_id",
                "amount",
                "currency",
                "flow_date",
                "value_date",
                "entry_id",
                "quarter",
                "year",
                wording="lent_and_reversed_next_year",
            ),
        ]
    )


def identical_entries(changes: DataFrame[BalanceChange]) -> DataFrame[FlagFacts]:
    """Entries of one loan with the same day, event and amount under different ids, beyond those that were reversed."""
    is_reversal = pl.col("event") == "REVERSAL"
    amount = pl.col("balance_change_amount").abs()
    entries = changes.filter(~is_reversal).with_columns(amount=amount)
    undone = (
        changes.filter(is_reversal)
        .group_by(
            "loan_id",
            "currency",
            value_date="flow_date",
            amount=amount,
            direction=-pl.col("balance_change_amount").sign(),
        )
        .agg(undone=pl.len())
    )
    same = entries.group_by(*FACT, direction=pl.col("balance_change_amount").sign()).agg(
        count=pl.len(), ids=pl.col("entry_id").sort()
    )
    left = same.join(undone, on=["loan_id", "currency", "value_date", "amount", "direction"], how="left")
    twice = left.filter(pl.col("count") - pl.col("undone").fill_null(0) > 1).with_columns(
        ids=pl.col("ids").list.join(", ")
    )
    return flags(twice, "identical_entries", "loan_id", "ids", "event", "amount", "currency", "value_date")


def new_money_in_refinancing(loans: DataFrame[Loan], changes: DataFrame[BalanceChange]) -> list[DataFrame[FlagFacts]]:
    """Refinancings that lend more than they take over, or of which that cannot be known: no new lending either way."""
    each = _refinancings(loans, changes)
    beyond = each.filter(pl.col("is_known") & (pl.col("together") > pl.col("taken_over"))).with_columns(
        new=pl.col("together") - pl.col("taken_over")
    )
    unknown = each.filter(~pl.col("is_known").fill_null(False))
    return [
        flags(
            beyond,
            "new_money_in_refinancing",
            "loan_id",
            "loans",
            "together",
            "currency",
            "taken_over",
            "refinanced",
            "new",
        ),
        flags(
            unknown,
            "new_money_in_refinancing",
            "loan_id",
            "lent",
            "currency",
            "refinanced",
            wording="new_money_not_known",
        ),
    ]


def _refinancings(loans: DataFrame[Loan], changes: DataFrame[BalanceChange]) -> pl.DataFrame:
    """Return each refinancing that was paid out, beside what all of the same loan lent and took over."""
    news = loans.filter(pl.col("loan_type") == "refinance").select(
        "loan_id", "currency", refinanced="refinances_loan_id"
    )
    lent = (
        changes.filter(pl.col("disbursed_amount") != 0)
        .group_by("loan_id")
        .agg(lent=pl.col("disbursed_amount").sum(), paid_date=pl.col("flow_date").min())
        .filter(pl.col("lent") > 0)
    )
    paid = news.join(lent, on="loan_id")
    together = paid.group_by("refinanced").agg(
        loans=pl.col("loan_id").sort().str.join(", "),
        together=pl.col("lent").sum(),
        paid_date=pl.col("paid_date").min(),
        currency=pl.col("currency").first(),
        currencies=pl.col("currency").n_unique(),
    )
    known = together.join(taken_over(changes, together), on=["refinanced", "currency"], how="left").with_columns(
        is_known=(pl.col("currencies") == 1) & pl.col("taken_over").is_not_null()
    )
    return paid.select("loan_id", "refinanced", "lent").join(known, on="refinanced", how="left", nulls_equal=True)


def taken_over(changes: DataFrame[BalanceChange], refinancings: pl.DataFrame) -> pl.DataFrame:
    """Return refinanced, currency and taken_over: the old loan's balance before the first payout of the new ones.

    Where it had been repaid by then, its last repayment. refinancings: refinanced, paid_date.
    """
    own = refinancings.select("refinanced", "paid_date").join(
        changes.rename({"loan_id": "refinanced"}).sort("value_date"), on="refinanced", maintain_order="right"
    )
    before = pl.col("value_date") < pl.col("paid_date")
    return (
        own.group_by("refinanced", "currency")
        .agg(
            balance=pl.col("balance_change_amount").filter(before).sum(),
            repaid=pl.col("repaid_amount").filter(before & (pl.col("repaid_amount") > 0)).last(),
        )
        .select("refinanced", "currency", taken_over=pl.when(pl.col("balance") > 0).then("balance").otherwise("repaid"))
    )
