"""What each cause moves of a loan's share of its project: money, currency, investment, rule, corrected entries.

A share is money / investment, scaled where the lenders of a project pass 1 together (attribution.shares): what one
loan lends may move the share of another.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import polars as pl
from polars import col, lit

from schemas.contract import DataFrame, like
from schemas.marts import BalanceChange
from schemas.words.causes import CORRECTIONS, CURRENCY, INVESTMENT, LENT, REPAID, RULE
from transforms.attribution.exposures import exposures, with_denominator
from transforms.attribution.holdings import Holdings
from transforms.attribution.profiles import Rule
from transforms.attribution.shares import scaled
from transforms.bridge.leaves import MONTH
from transforms.bridge.shapley import coefficients
from transforms.bridge.state import PLACE, State

LOAN: Final = ["loan_id", "project_id"]
ENTRY: Final = ["loan_id", "entry_id"]
MONEY: Final = {CORRECTIONS: "corrected_fen", LENT: "lent_fen", REPAID: "repaid_fen"}
"""Cause to what it is about of the money that a share counts: corrected + lent - repaid."""
LEAVES: Final = {**MONEY, CURRENCY: "conversion", INVESTMENT: "invested_fen"}
"""conversion: of the investment's currency into the loan's."""
PLAYERS: Final = [*LEAVES, RULE]
CURRENCIES: Final = ["currency", "investment_currency"]
ALIKE: Final = [LEAVES[CURRENCY], LEAVES[INVESTMENT], *CURRENCIES]
SIDES: Final = ("0_0", "0_1", "1_0", "1_1")
"""A state, 0 before and 1 after, and whose rule counts it."""


class MovedShares(NamedTuple):
    """moved: LOAN, PLACE, cause, moved_ratio; shares: LOAN, PLACE, ratio_before, ratio_after."""

    moved: pl.DataFrame
    shares: pl.DataFrame


def moved_shares(before: State, after: State) -> MovedShares:
    """Return what each cause moves of every loan's share in each month of the period, and the shares themselves."""
    rows = _beside(before, after)
    differing = [cause for cause in PLAYERS if rows.select(_differ(cause).any()).item()]
    masks = range(1 << len(differing))
    shared = rows.with_columns(_share(differing, mask) for mask in masks)
    weights = coefficients([[at] for at in range(len(differing))])
    moved = [
        shared.filter(_differ(cause).any().over(MONTH)).select(
            *LOAN, PLACE, cause=lit(cause), moved_ratio=_weighted(weights.filter(cause=at))
        )
        for at, cause in enumerate(differing)
    ]
    nothing = rows.clear().select(*LOAN, PLACE, cause=lit(""), moved_ratio=lit(0.0))
    ratios = {"ratio_before": _ratio(0), "ratio_after": _ratio(masks[-1])}
    return MovedShares(pl.concat([nothing, *moved]), shared.select(*LOAN, PLACE, **ratios))


def _ratio(mask: int) -> pl.Expr:
    return col(f"ratio_{mask}")


def _weighted(weights: pl.DataFrame) -> pl.Expr:
    terms = [_ratio(mask) * weight for mask, weight in weights.select("mask", "coefficient").sort("mask").iter_rows()]
    return pl.sum_horizontal(terms, ignore_nulls=False)


def _share(differing: Sequence[str], mask: int) -> pl.Expr:
    """The share of every loan in which the causes of the mask are as in the state after, and all others as before."""
    later = {cause for at, cause in enumerate(differing) if mask >> at & 1}
    rule = int(RULE in later)
    leaf = {cause: col(f"{name}_{int(cause in later)}_{rule}") for cause, name in LEAVES.items()}
    money = leaf[CORRECTIONS] + leaf[LENT] - leaf[REPAID]
    invested = leaf[INVESTMENT] * leaf[CURRENCY]
    raw = pl.when(invested > 0).then(money / invested)
    return scaled(raw, raw.sum().over(MONTH)).alias(f"ratio_{mask}")


def _differ(cause: str) -> pl.Expr:
    """Whether a loan's leaf differs; of the rule whether it makes one differ."""
    if cause == RULE:
        pairs = [(f"{name}_{state}_0", f"{name}_{state}_1") for name in LEAVES.values() for state in (0, 1)]
    else:
        pairs = [(f"{LEAVES[cause]}_0_{rule}", f"{LEAVES[cause]}_1_{rule}") for rule in (0, 1)]
    return pl.any_horizontal(col(a).ne_missing(col(b)) for a, b in pairs)


def _beside(before: State, after: State) -> pl.DataFrame:
    """Return LOAN, PLACE and each leaf of both states by both rules: <leaf>_<state>_<rule>, 0 before and 1 after.

    A loan that only one state has had no money in the other, and what its project cost was the same.
    """
    corrected = _corrected(before.holdings, after.holdings)
    tables = [_by_rules(before, 0, after.rule, corrected), _by_rules(after, 1, before.rule, corrected)]
    rows = tables[0].join(tables[1], on=[*LOAN, PLACE], how="full", coalesce=True)
    money = [col(f"{name}_{side}").fill_null(0.0) for name in MONEY.values() for side in SIDES]
    other = {side: f"{1 - int(side[0])}{side[1:]}" for side in SIDES}
    same = [pl.coalesce(f"{name}_{side}", f"{name}_{other[side]}") for name in ALIKE for side in SIDES]
    return _in_one_currency(rows.with_columns(*money, *same)).sort(*LOAN, PLACE)


def _by_rules(state: State, at: int, other: Rule, corrected: pl.DataFrame) -> pl.DataFrame:
    """The leaves by the state's own rule and by the other one, named by the state and the rule."""
    own = _leaves(state, state.rule, corrected)
    by_other = own if other == state.rule else _leaves(state, other, corrected)
    names = [*LEAVES.values(), *CURRENCIES]
    first, second = (
        rows.rename({name: f"{name}_{at}_{rule}" for name in names}) for rows, rule in ((own, at), (by_other, 1 - at))
    )
    return first.join(second, on=[*LOAN, PLACE], how="full", coalesce=True)


def _in_one_currency(rows: pl.DataFrame) -> pl.DataFrame:
    """Where a currency is another one in the other state, rates compare nothing: the money or the investment moved."""
    of_loan, of_investment = (col(f"{name}_0_0").ne_missing(col(f"{name}_1_0")) for name in CURRENCIES)
    columns = []
    for side in SIDES:
        invested, conversion = (col(f"{LEAVES[cause]}_{side}") for cause in (INVESTMENT, CURRENCY))
        divisor = pl.when(of_loan & of_investment).then(invested * conversion).when(of_loan).then(conversion)
        columns += [(col(f"{name}_{side}") / divisor.otherwise(1.0)) for name in MONEY.values()]
        kept = pl.when(of_loan & of_investment).then(1.0).when(of_investment).then(invested * conversion)
        columns += [
            kept.otherwise(invested).alias(f"{LEAVES[INVESTMENT]}_{side}"),
            pl.when(of_loan | of_investment).then(1.0).otherwise(conversion).alias(f"{LEAVES[CURRENCY]}_{side}"),
        ]
    return rows.with_columns(columns)


def _corrected(before: Holdings, after: Holdings) -> pl.DataFrame:
    """Return ENTRY of the entries that both states have, and not alike."""
    if before is after:
        return before.changes.clear().select(ENTRY)
    content = [*ENTRY, "value_date", "balance_change_amount", "disbursed_amount"]
    changed = before.changes.join(after.changes, on=content, how="anti", maintain_order="left")
    return changed.join(after.changes, on=ENTRY, how="semi", maintain_order="left").select(ENTRY).unique()


def _leaves(state: State, rule: Rule, corrected: pl.DataFrame) -> pl.DataFrame:
    """Return LOAN, PLACE and LEAVES of the loans that count, in fen and as the rule counts money."""
    own, changes = Rule(rule.basis, rule.denominator, loans=rule.loans), state.holdings.changes
    whole = (state.period,)
    loans = with_denominator(state.holdings, exposures(state.holdings, whole, own), whole, own)
    is_abroad = col("currency") != col("investment_currency")
    converted = pl.when(is_abroad).then(col("investment_fen") / col("invested_fen")).otherwise(1.0)
    counting = loans.filter(col("is_project_finance") & ~col("is_overdrawn").fill_null(False))
    invested = pl.when("has_investment").then("invested_fen")
    known = counting.select(*LOAN, *CURRENCIES, invested_fen=invested, conversion=converted)
    rest = changes.join(corrected, on=ENTRY, how="anti", maintain_order="left")
    money = {
        "total_fen": _counted(state, own, changes),
        "corrected_fen": _counted(state, own, changes.join(corrected, on=ENTRY, how="semi", maintain_order="left")),
        "lent_fen": _counted(state, own, like(rest.with_columns(balance_change_amount="disbursed_amount"), rest)),
    }
    rows = known.join(pl.DataFrame({PLACE: range(len(state.months))}, schema={PLACE: pl.Int64}), how="cross")
    for name, counted in money.items():
        rows = rows.join(counted.rename({"fen": name}), on=["loan_id", PLACE], how="left", maintain_order="left")
    filled = rows.with_columns(col(list(money)).fill_null(0.0))
    repaid = col("lent_fen") + col("corrected_fen") - col("total_fen")
    return filled.with_columns(repaid_fen=repaid).select(*LOAN, PLACE, *LEAVES.values(), *CURRENCIES)


def _counted(state: State, rule: Rule, changes: DataFrame[BalanceChange]) -> pl.DataFrame:
    """Return loan_id, PLACE and fen: what the rule counts of these changes in each month."""
    if changes.is_empty():
        return pl.DataFrame(schema={"loan_id": pl.String, PLACE: pl.Int64, "fen": pl.Float64})
    holdings = replace(state.holdings, changes=changes)
    if not rule.is_matched:
        counted = exposures(holdings, (state.period,), rule).select("loan_id", fen="exposure_fen")
        places = pl.DataFrame({PLACE: range(len(state.months))}, schema={PLACE: pl.Int64})
        return counted.join(places, how="cross")
    at_ends = exposures(holdings, tuple(state.months), Rule("period_end", loans=rule.loans))
    return at_ends.select("loan_id", col("period").cast(pl.Int64).alias(PLACE), fen="exposure_fen")
