"""The marts of attribution: every basis and profile of every period."""

import polars as pl

from schemas.contract import DataFrame, conform
from schemas.marts import AttributedAnnualReduction, AttributedReduction
from schemas.reference import Parameter, Profile
from schemas.words.bases import BALANCE_BASES
from transforms.attribution.confirmations import with_confirmation
from transforms.attribution.holdings import Holdings
from transforms.attribution.profiles import PLAIN, in_own_columns, rules_of, small_exposures
from transforms.attribution.shares import attribute_by, attribute_each
from transforms.ground.calendar import Period


def attributed_reductions(
    holdings: Holdings, periods: list[Period], profiles: DataFrame[Profile], parameters: DataFrame[Parameter]
) -> DataFrame[AttributedReduction]:
    """Return schemas.marts.AttributedReduction: for each period every balance basis and every profile."""
    bases = {basis: PLAIN[basis] for basis in BALANCE_BASES}
    rules = rules_of(profiles)
    distinct = sorted({*bases.values(), *rules.values()})  # rules that share their shares one after the other
    made = attribute_by(holdings, periods, distinct)
    by_basis = [made[rule].with_columns(basis=pl.lit(basis)) for basis, rule in bases.items()]
    by_profile = [in_own_columns(made[rule], rule).with_columns(profile=pl.lit(name)) for name, rule in rules.items()]
    rows = pl.concat([AttributedReduction.empty_frame(), *by_basis, *by_profile], how="diagonal_relaxed")
    ordered = holdings.projects.select("project_id", is_ordered=pl.col("is_mandated_baseline").fill_null(False))
    marked = rows.join(ordered, on="project_id", how="left", maintain_order="left").join(
        small_exposures(profiles, parameters), on="profile", how="left", maintain_order="left"
    )
    in_force = pl.col("period_to_date").is_between("valid_from", "valid_to")
    small = in_force & (pl.col("balance_cny") < pl.col("threshold"))
    return conform(
        with_confirmation(marked, holdings.confirmations).with_columns(
            is_mandated_baseline="is_ordered", is_small_exposure=small.fill_null(False)
        ),
        AttributedReduction,
    )


def attributed_annual_reductions(holdings: Holdings, periods: list[Period]) -> DataFrame[AttributedAnnualReduction]:
    """Return schemas.marts.AttributedAnnualReduction for each period: what newly lent money counts for, per year."""
    names = {
        "balance_cny": "disbursed_cny",
        "emission_reductions_tco2e": "annual_reductions_tco2e_per_year",
        "attributed_reductions_tco2e": "attributed_annual_reductions_tco2e_per_year",
    }
    rows = with_confirmation(attribute_each(holdings, periods, "disbursed").rename(names), holdings.confirmations)
    return conform(rows, AttributedAnnualReduction)
