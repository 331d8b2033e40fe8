"""What a reader must know of a loan: what is not attributed to it, and what of its ledger cannot be."""

from typing import Final

import polars as pl

from schemas.between import FlagFacts
from schemas.contract import DataFrame, stacked
from transforms.attribution.exposures import overdrawn_loans
from transforms.attribution.holdings import Holdings
from transforms.ground.flag_rows import flags
from transforms.money.positions import fen

LEAST_PART: Final = 1_000
"""Nobody draws a thousandth of a contract: 500 of 5,000,000 are 500 万元."""


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
