"""Published sets of factors side by side, one of them in force: a lookup never mixes two sets.

A row of a set has a scope that ends in @<set>, `diesel@ndrc_guide`. The rows of the set in force lose that ending and
so hold for `diesel`; the others keep it, and no formula asks for such a scope.
"""

from collections.abc import Mapping
from typing import Any, Final

import globalwarmingpotentials
import polars as pl

from schemas.contract import DataFrame, conform, unchecked
from schemas.reference import FactorSet, Parameter

GASES: Final = {"gwp_ch4": "CH4", "gwp_n2o": "N2O"}


def in_force(parameters: DataFrame[Parameter], families: Mapping[str, Mapping[str, Any]]) -> DataFrame[Parameter]:
    """Return the rows with the scopes for which they hold; `families` is data/reference/factor_sets.toml."""
    for family in families.values():
        ending = f"@{family['in_force']}"
        holds = pl.col("parameter_id").is_in(family["parameters"]) & pl.col("scope").str.ends_with(ending)
        plain = pl.when(holds).then(pl.col("scope").str.strip_suffix(ending)).otherwise("scope")
        parameters = unchecked(parameters.with_columns(scope=plain), Parameter)
    return parameters


def published_potential(parameter_id: str, report: str) -> float | None:
    """Return the potential over 100 years in an assessment report of IPCC (AR4, AR5, AR6); None where it has none."""
    reported: Mapping[str, float] = globalwarmingpotentials.data.get(f"{report}GWP100", {})
    return reported.get(GASES[parameter_id])


def factor_sets(families: Mapping[str, Mapping[str, Any]]) -> DataFrame[FactorSet]:
    """Return schemas.reference.FactorSet: every set and whether it is in force."""
    rows = [
        {
            "factor_family": name,
            "factor_set": key,
            "is_in_force": key == family["in_force"],
            "family_title_zh": family["title_zh"],
            "family_title_en": family["title_en"],
            **titles,
        }
        for name, family in families.items()
        for key, titles in family["sets"].items()
    ]
    return conform(pl.DataFrame(rows), FactorSet)
