"""What a rule of the field counts: which money, over which denominator, of which reduction. Profiles are data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from schemas.between.attribution import AttributedInPeriod
from schemas.contract import DataFrame, conform, unchecked
from schemas.marts import AttributionRule
from schemas.reference import Parameter, Profile
from schemas.words.bases import BALANCE_BASES, BASES, MEANINGS
from transforms.ground.sentences import SIGNS


@dataclass(frozen=True, order=True)
class Rule:
    """How a share is formed and what it is a share of; the fields are those of data/reference/profiles.toml."""

    basis: str
    denominator: str = "total_investment"
    reduction: str = "measured_in_period"
    is_operating_only: bool = True
    mandated_baseline: str = "counts"
    loans: str = "project_finance"
    without_promise: str = "blocked"

    @property
    def is_flow(self) -> bool:
        """True where newly lent money counts, each flow at its own day's rate, and no balance."""
        return MEANINGS[self.basis].money == "lent"

    @property
    def is_matched(self) -> bool:
        """True where each month's reduction is divided by that month's own shares."""
        return MEANINGS[self.basis].is_matched

    @property
    def is_annual(self) -> bool:
        """True where the tonnes are per year and must never be added across years."""
        return self.reduction == "promised_annual"


PLAIN: Final[dict[str, Rule]] = {
    basis: Rule(basis) if basis in BALANCE_BASES else Rule(basis, reduction="promised_annual", is_operating_only=False)
    for basis in BASES
}
"""The bases by themselves: over the total investment, no further condition."""


def profile_table(entries: Mapping[str, Mapping[str, Any]]) -> DataFrame[Profile]:
    """Return data/reference/profiles.toml as a table (schemas.reference.Profile)."""
    rows = [
        {
            "profile": name,
            "profile_version": entry["version"],
            "source": entry["source_id"],
            "mandated_baseline_rule": entry["mandated_baseline"],
            "loans_in_scope": entry["loans"],
            "guarantee_rule": entry["guarantee"],
            "without_promise_rule": entry["without_promise"],
            "small_exposure_parameter_id": entry.get("small_exposure"),
            "unconfirmed": SIGNS["en"].sentences.join(entry["unconfirmed"]) or None,
            "unconfirmed_zh": SIGNS["zh"].sentences.join(entry["unconfirmed_zh"]) or None,
            **{
                key: entry[key]
                for key in ("title_zh", "title_en", "basis", "denominator", "reduction", "is_operating_only", "reason")
            },
        }
        for name, entry in entries.items()
    ]
    return unchecked(pl.DataFrame(rows, schema=Profile.polars_schema()), Profile)


def rule_of(profile: Mapping[str, Any]) -> Rule:
    """Return the rule of one profile, a row of schemas.reference.Profile."""
    return Rule(
        basis=profile["basis"],
        denominator=profile["denominator"],
        reduction=profile["reduction"],
        is_operating_only=profile["is_operating_only"],
        mandated_baseline=profile["mandated_baseline_rule"],
        loans=profile["loans_in_scope"],
        without_promise=profile["without_promise_rule"],
    )


def rules_of(profiles: DataFrame[Profile]) -> dict[str, Rule]:
    """Return the rule of each profile (schemas.reference.Profile) by its name."""
    return {row["profile"]: rule_of(row) for row in profiles.to_dicts()}


def rule_table(profiles: DataFrame[Profile]) -> DataFrame[AttributionRule]:
    """Return every basis and profile as the macro of the published file reads it (schemas.marts.AttributionRule)."""
    rows = [
        {
            "rule_name": name,
            "basis": rule.basis,
            "counted_money": MEANINGS[rule.basis].money,
            "averaged_over": MEANINGS[rule.basis].averaged_over,
            "is_matched": rule.is_matched,
            "denominator": rule.denominator,
            "is_per_year": rule.is_annual,
            "is_operating_only": rule.is_operating_only,
            "is_zero_where_mandated": rule.mandated_baseline == "zero",
            "is_facility_only": rule.loans == "facility",
            "is_formula_where_no_promise": rule.without_promise == "formula",
        }
        for name, rule in {**PLAIN, **rules_of(profiles)}.items()
    ]
    return conform(pl.DataFrame(rows), AttributionRule)


def in_own_columns(rows: DataFrame[AttributedInPeriod], rule: Rule) -> pl.DataFrame:
    """Return attributed rows with tonnes per year in columns of their own, where no sum meets tonnes of a period."""
    if not rule.is_annual:
        return rows
    nothing = pl.lit(None, pl.Float64)
    return rows.with_columns(
        annual_reductions_tco2e_per_year="emission_reductions_tco2e",
        attributed_annual_reductions_tco2e_per_year="attributed_reductions_tco2e",
    ).with_columns(emission_reductions_tco2e=nothing, attributed_reductions_tco2e=nothing)


def small_exposures(profiles: DataFrame[Profile], parameters: DataFrame[Parameter]) -> pl.DataFrame:
    """Return profile, threshold (CNY), valid_from and valid_to of the profiles that let small exposures be left out."""
    stated = parameters.select(
        "valid_from", "valid_to", small_exposure_parameter_id="parameter_id", profile="scope", threshold="value"
    )
    return (
        profiles.select("profile", "small_exposure_parameter_id")
        .join(stated, on=["profile", "small_exposure_parameter_id"])
        .select("profile", "threshold", "valid_from", "valid_to")
    )
