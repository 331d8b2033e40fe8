"""What a reader must know of ledger entries: taken back later, entered twice, new money, money before the plant ran."""

from typing import Final

import polars as pl

from transforms.attribution.holdings import Holdings
from transforms.ground.calendar import Period, year
from transforms.ground.flag_rows import COLUMNS, flags

RUNS: Final = ["commissioning_date", "ran"]
FACT: Final = ["loan_id", "value_date", "event", "currency", "amount"]


def ledger_flags(holdings: Holdings) -> pl.DataFrame:
    """Return the flags of single entries and of money lent on top of what it refinances."""
    parts = [
        lent_and_reversed_later(holdings.changes), identical_entries(holdings.changes),
        *new_money_in_refinancing(holdings),
        *(balance_before_operation(holdings, year(number)) for number in commissioning_years(holdings.projects)),
    ]  # fmt: skip
    return pl.concat(parts).select(COLUMNS)


def commissioning_years(projects: pl.DataFrame) -> list[int]:
    """Return the years in which a project began to operate."""
    return projects["commissioning_date"].drop_nulls().dt.year().unique().sort().to_list()


def balance_before_operation(holdings: Holdings, period: Period) -> pl.DataFrame:
    """Loans with a balance in a period before their plant ran in it: an average balance counts days without tonnes."""
    first, last, begun = pl.lit(period.first), pl.lit(period.last), pl.col("commissioning_date")
    begins = holdings.projects.select("project_id", "commissioning_date").filter((begun > first) & (begun <= last))
    loans = holdings.loans.select("loan_id", "project_id").join(begins, on="project_id")
    before = holdings.changes.join(loans, on="loan_id").filter(pl.col("value_date") < begun).with_columns(
        counted=(begun - pl.max_horizontal("value_date", first)).dt.total_days() * pl.col("balance_change_amount")
    )  # fmt: skip
    found = before.group_by("loan_id", "commissioning_date").agg(
        pl.col("counted").sum(), since=pl.max_horizontal(pl.col("value_date").min(), first)
    ).filter(pl.col("counted") > 0)  # fmt: skip
    counted = found.with_columns(
        days=(begun - pl.col("since")).dt.total_days(),
        ran=(last - begun).dt.total_days() + 1,
        whole=pl.lit(period.days),
    )
    facts: list[str | pl.Expr] = [pl.lit(f"{period.first} to {period.last}"), "days", "whole", *RUNS]
    facts_zh: list[str | pl.Expr] = [pl.lit(f"{period.first} 至 {period.last}"), "days", "whole", *RUNS]
    return flags(
        counted, "balance_before_operation", "loan_id",
        pl.format("{}: its average balance counts {} of {} days before the plant ran (from {}); the reduction is that "
                  "of {} days: the share of the days of operation is another", *facts),
        pl.format("{}：平均余额中有 {} 天（共 {} 天）在项目投运（{}）之前，而减排量只有 {} 天："
                  "与投运后的份额不同", *facts_zh),
    )  # fmt: skip


def lent_and_reversed_later(changes: pl.DataFrame) -> pl.DataFrame:
    """A disbursement reversed after the quarter of it had ended: what was published of money lent counted it."""
    quarter = pl.format("{}Q{}", pl.col("flow_date").dt.year(), pl.col("flow_date").dt.quarter())
    is_later = pl.col("flow_date").dt.truncate("1q") != pl.col("value_date").dt.truncate("1q")
    late = changes.filter((pl.col("disbursed_amount") < 0) & is_later).with_columns(
        quarter=quarter, amount=-pl.col("disbursed_amount"), year=pl.col("flow_date").dt.year(),
        is_next_year=pl.col("flow_date").dt.year() != pl.col("value_date").dt.year(),
    )  # fmt: skip
    facts = ["amount", "currency", "flow_date", "value_date", "entry_id"]
    spans = pl.when("is_next_year").then(pl.format("{} and {}", "quarter", "year")).otherwise("quarter")
    spans_zh = pl.when("is_next_year").then(pl.format("{} 及 {} 年", "quarter", "year")).otherwise("quarter")
    return flags(
        late, "lent_and_reversed_later", "loan_id",
        pl.format("{} {} lent on {} were reversed on {} (entry {}), after the quarter had ended: money lent in {} no "
                  "longer counts them, what was published before does; balances up to the reversal keep them",
                  *facts, spans),
        pl.format("{} {}（{} 发放）已于 {} 冲正（流水 {}），晚于当季末：{} 的发放额不再计入，此前公布的数字曾计入；"
                  "冲正日之前的余额不变", *facts, spans_zh),
    )  # fmt: skip


def identical_entries(changes: pl.DataFrame) -> pl.DataFrame:
    """Entries of one loan with the same day, event and amount under different ids, beyond those that were reversed."""
    is_reversal = pl.col("event") == "REVERSAL"
    amount = pl.col("balance_change_amount").abs()
    entries = changes.filter(~is_reversal).with_columns(amount=amount)
    undone = changes.filter(is_reversal).group_by(
        "loan_id", "currency", value_date="flow_date", amount=amount, direction=-pl.col("balance_change_amount").sign()
    ).agg(undone=pl.len())  # fmt: skip
    same = entries.group_by(*FACT, direction=pl.col("balance_change_amount").sign()).agg(
        count=pl.len(), ids=pl.col("entry_id").sort()
    )
    left = same.join(undone, on=["loan_id", "currency", "value_date", "amount", "direction"], how="left")
    twice = left.filter(pl.col("count") - pl.col("undone").fill_null(0) > 1).with_columns(
        ids=pl.col("ids").list.join(", ")
    )
    facts = ["ids", "event", "amount", "currency", "value_date"]
    return flags(
        twice, "identical_entries", "loan_id",
        pl.format("the entries {} are alike ({} of {} {} on {}): all count; if one was sent twice, delete it", *facts),
        pl.format("流水 {} 完全相同（{}，{} {}，{}），目前均已计入；如属重复报送，请删除其一", *facts),
    )  # fmt: skip


def new_money_in_refinancing(holdings: Holdings) -> list[pl.DataFrame]:
    """Refinancings that lend more than they take over, or of which that cannot be known: no new lending either way."""
    news = holdings.loans.filter(pl.col("loan_type") == "refinance").select(
        "loan_id", "currency", refinanced="refinances_loan_id"
    )
    lent = holdings.changes.filter(pl.col("disbursed_amount") != 0).group_by("loan_id").agg(
        lent=pl.col("disbursed_amount").sum(), paid_date=pl.col("flow_date").min()
    ).filter(pl.col("lent") > 0)  # fmt: skip
    paid = news.join(lent, on="loan_id")
    together = paid.group_by("refinanced").agg(
        loans=pl.col("loan_id").sort().str.join(", "), together=pl.col("lent").sum(),
        paid_date=pl.col("paid_date").min(), currency=pl.col("currency").first(),
        currencies=pl.col("currency").n_unique(),
    )  # fmt: skip
    known = together.join(
        taken_over(holdings.changes, together), on=["refinanced", "currency"], how="left"
    ).with_columns(is_known=(pl.col("currencies") == 1) & pl.col("taken_over").is_not_null())
    each = paid.select("loan_id", "refinanced", "lent").join(known, on="refinanced", how="left", nulls_equal=True)
    beyond = each.filter(pl.col("is_known") & (pl.col("together") > pl.col("taken_over"))).with_columns(
        new=pl.col("together") - pl.col("taken_over")
    )
    facts = ["loans", "together", "currency", "taken_over", "refinanced", "new"]
    unknown = each.filter(~pl.col("is_known").fill_null(False))
    return [
        flags(beyond, "new_money_in_refinancing", "loan_id",
              pl.format("{} lent {} {} and took over {} of {}: {} are new money; it counts in balances, but as no new "
                        "lending (basis disbursed, the facility) until it is a loan of its own of type new", *facts),
              pl.format("{} 发放 {} {}，置换金额 {}（{}），其中新增资金 {}：计入余额，但不计入新发放；"
                        "如需计入，请作为独立的新发放贷款报送", *facts)),
        flags(unknown, "new_money_in_refinancing", "loan_id",
              pl.format("how much of the {} {} is new money cannot be known: the balance of the refinanced loan ({}) "
                        "is not in the ledger in that currency; none of it counts as new lending",
                        "lent", "currency", pl.col("refinanced").fill_null("none named")),
              pl.format("所发放的 {} {} 中有多少新增资金无法判断：台账中没有被置换贷款（{}）的同币种余额；"
                        "全部不计入新发放", "lent", "currency", pl.col("refinanced").fill_null("未注明"))),
    ]  # fmt: skip


def taken_over(changes: pl.DataFrame, refinancings: pl.DataFrame) -> pl.DataFrame:
    """Return refinanced, currency and taken_over: the old loan's balance before the first payout of the new ones.

    Where it had been repaid by then, its last repayment. refinancings: refinanced, paid_date.
    """
    own = refinancings.select("refinanced", "paid_date").join(
        changes.rename({"loan_id": "refinanced"}).sort("value_date"), on="refinanced", maintain_order="right"
    )
    before = pl.col("value_date") < pl.col("paid_date")
    return own.group_by("refinanced", "currency").agg(
        balance=pl.col("balance_change_amount").filter(before).sum(),
        repaid=pl.col("repaid_amount").filter(before & (pl.col("repaid_amount") > 0)).last(),
    ).select(
        "refinanced", "currency", taken_over=pl.when(pl.col("balance") > 0).then("balance").otherwise("repaid")
    )  # fmt: skip
