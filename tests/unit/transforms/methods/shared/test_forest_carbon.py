"""A change of standing volume in CO2: stems, branches and roots, carbon, CO2."""

import polars as pl
import pytest

from transforms.methods.shared.forest_carbon import BIOMASS, STEM_MASS, TREE_GROWTH

PINES = {
    "volume_change_m3": 100.0,
    "wood_density_t_per_m3": 0.4,
    "biomass_expansion_ratio": 1.5,
    "root_shoot_ratio": 0.2,
    "carbon_fraction_tc_per_t": 0.5,
    "carbon_tco2_per_tc": 44 / 12,
}


def worth(expression: pl.Expr, **other: float | None) -> float | None:
    row = {**PINES, **other}
    value: float | None = (
        pl.DataFrame([row], schema=dict.fromkeys(row, pl.Float64)).select(expression.alias("w")).item()
    )
    return value


def test_each_step_is_a_factor_on_the_one_before() -> None:
    """100 m3 x 0.4 = 40 t of stems; x 1.5 x 1.2 = 72 t with branches and roots; x 0.5 x 44/12 = 132 t of CO2."""
    assert [worth(step) for step in (STEM_MASS, BIOMASS, TREE_GROWTH)] == pytest.approx([40.0, 72.0, 132.0])


def test_what_was_felled_counts_against_the_growth() -> None:
    assert worth(TREE_GROWTH, volume_change_m3=-50.0) == pytest.approx(-66.0)


@pytest.mark.parametrize("missing", list(PINES))
def test_without_any_one_of_its_factors_it_is_not_known(missing: str) -> None:
    assert worth(TREE_GROWTH, **{missing: None}) is None
