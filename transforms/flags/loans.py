"""What a reader must know of a loan: what is not attributed to it, and what of its ledger cannot be."""

from typing import Final

import polars as pl

from transforms.attribution.exposures import overdrawn_loans
from transforms.attribution.holdings import Holdings
from transforms.ground.flag_rows import flags
from transforms.money.positions import fen

LEAST_PART: Final = 1_000
"""Nobody draws a thousandth of a contract: 500 of 5,000,000 are 500 万元."""


def loan_flags(holdings: Holdings) -> pl.DataFrame:
    """Return what is not attributed to a loan, and what of its ledger is missing or cannot be."""
    lent = holdings.changes.group_by("loan_id").agg(
        balance_fen=fen("balance_change_amount").sum(), lent=pl.col("disbursed_amount").sum()
    )
    loans = holdings.loans.join(lent, on="loan_id", how="left", maintain_order="left")
    is_refinanced_crf = (pl.col("loan_type") == "refinance") & pl.col("crf_field").is_not_null()
    return pl.concat([
        flags(loans.filter(pl.col("loan_type") == "working_capital"), "working_capital_excluded", "loan_id",
              "a working-capital loan is no project finance: nothing is attributed to it",
              "流动资金贷款不属于项目融资，不分摊减排量"),
        flags(loans.filter(pl.col("lent") > pl.col("contract_amount")), "disbursed_above_contract", "loan_id",
              pl.format("{} disbursed against a contract of {}", "lent", "contract_amount"),
              pl.format("累计发放 {}，超过合同金额 {}", "lent", "contract_amount")),
        flags(loans.filter((pl.col("lent") > 0) & (pl.col("lent") * LEAST_PART <= pl.col("contract_amount"))),
              "disbursed_far_below_contract", "loan_id",
              pl.format("{} disbursed against a contract of {}: is one of them in 10,000 yuan?", "lent",
                        "contract_amount"),
              pl.format("累计发放 {}，仅为合同金额 {} 的千分之一或更少：单位是否为万元？", "lent", "contract_amount")),
        flags(overdrawn_loans(holdings.changes), "negative_balance", "loan_id",
              "more was repaid than lent on some day: an entry is missing or wrong; the loan has no figure",
              "某日还款超过放款，台账缺失或有误；该贷款不出具数字"),
        flags(loans.filter(pl.col("lent").is_null()), "no_entries", "loan_id",
              "the ledger has no entry of this loan", "台账中没有该贷款的记录"),
        flags(loans.filter(is_refinanced_crf), "refinance_not_new_lending", "loan_id",
              "a refinancing under the facility is not new lending and is left out of its disclosure",
              "工具项下的再融资不属于新发放，不计入披露"),
    ])  # fmt: skip
