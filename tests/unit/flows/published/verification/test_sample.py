"""A sample by risk: an item is drawn by the tonnes that it moves and by how unsure its kind is, never by whim."""

import math
import tomllib
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.published.verification.sample import Item, Level, Stratum, drawn_of, strata_of

FIGURE = 10_000.0
LEVELS = {
    name: Level.of(row)
    for name, row in tomllib.loads(
        resources.files("flows.published.verification").joinpath("levels.toml").read_text("utf-8")
    ).items()
}
REASONABLE, LIMITED = LEVELS["reasonable"], LEVELS["limited"]


def item(number: int, effect: float, stratum: str = "meter", uncertainty: float | None = 0.02) -> Item:
    return Item(stratum, f"R{number:04}", "P-1", 12.5, "MWh", effect, uncertainty, "operating.csv, 2")


def names(stratum: Stratum) -> list[str]:
    return [one.item.name for one in stratum.drawn]


def test_the_reliability_factor_is_the_poisson_limit_of_a_sample_without_a_misstatement() -> None:
    assert REASONABLE.reliability == pytest.approx(2.995732273553991, rel=1e-12)  # exp(-2.9957) = 0.05
    assert LIMITED.reliability == pytest.approx(1.2039728043259361, rel=1e-12)  # exp(-1.2040) = 0.30


def test_the_interval_is_the_tonnes_that_the_sample_is_laid_out_for_over_the_factor() -> None:
    (meters,) = strata_of([item(1, 80.0)], REASONABLE, FIGURE, "seed")
    assert meters.interval == pytest.approx(0.75 * 0.05 * 10_000 / 2.995732273553991, rel=1e-12)  # 375 t / 3.0 = 125 t


def test_what_is_as_large_as_the_interval_is_drawn_for_certain_and_what_moves_nothing_never() -> None:
    items = [item(1, -126.0), item(2, 124.0), item(3, 0.0)]
    (meters,) = strata_of(items, REASONABLE, FIGURE, "seed")
    assert [one.item.name for one in meters.drawn if one.is_certain] == ["R0001"]
    assert (meters.size, meters.tonnes) == (2, 250.0)


def test_an_estimate_is_drawn_as_many_times_closer_as_it_is_less_sure_than_a_meter() -> None:
    items = [item(1, 10.0), item(2, 10.0, "estimate", 0.15)]
    estimates, meters = strata_of(items, REASONABLE, FIGURE, "seed")
    assert (estimates.name, meters.name) == ("estimate", "meter")
    assert estimates.weight == pytest.approx(7.5, rel=1e-12)
    assert meters.interval / estimates.interval == pytest.approx(7.5, rel=1e-12)


def test_the_higher_level_asks_for_more_of_the_same_book() -> None:
    items = [item(number, 20.0) for number in range(500)]
    sizes = {name: len(strata_of(items, level, FIGURE, "seed")[0].drawn) for name, level in LEVELS.items()}
    assert sizes["limited"] in {32, 33}  # 10,000 t / 311.47 t
    assert sizes["reasonable"] in {79, 80}  # 10,000 t / 125.18 t


def test_the_same_seed_draws_the_same_items_whatever_their_order_and_another_one_others() -> None:
    items = [item(number, 20.0) for number in range(500)]
    (first,), (again,) = (strata_of(each, REASONABLE, FIGURE, "a") for each in (items, items[::-1]))
    (other,) = strata_of(items, REASONABLE, FIGURE, "b")
    assert names(first) == names(again) != names(other)


def test_an_item_of_half_an_interval_is_drawn_with_half_of_all_seeds() -> None:
    items = [item(1, 50.0), item(2, 25.0), item(3, 99.0), item(4, 76.0)]
    drawn = [{one.name for one in drawn_of(items, 100.0, str(seed))} for seed in range(2000)]
    chance = {name: sum(name in one for one in drawn) / 2000 for name in ("R0001", "R0002", "R0003", "R0004")}
    wanted = {"R0001": 0.5, "R0002": 0.25, "R0003": 0.99, "R0004": 0.76}
    assert all(math.isclose(chance[name], part, abs_tol=0.04) for name, part in wanted.items())


@given(
    effects=st.lists(st.floats(0.001, 99.9), min_size=1, max_size=60),
    seed=st.text("abc", max_size=4),
)
def test_as_many_are_drawn_as_intervals_go_into_the_tonnes(effects: list[float], seed: str) -> None:
    drawn = drawn_of([item(number, effect) for number, effect in enumerate(effects)], 100.0, seed)
    assert abs(len(drawn) - math.fsum(effects) / 100.0) < 1 + 1e-9
    assert len({one.name for one in drawn}) == len(drawn)
