"""What holds for every formula, whatever it is about."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from types import MappingProxyType
from typing import Any, Final

import pytest

from tests.makers import Row, make_parameter, reference, work_out_january
from transforms.methods.catalog import EDITIONS, METHODS
from transforms.methods.engine.emission_reductions import EMISSION_REDUCTIONS
from transforms.methods.engine.method import Method, Need

TERMS: Final = ["baseline_emissions_tco2e", "project_emissions_tco2e", "leakage_tco2e", "emission_reductions_tco2e"]
SCOPES: Final = {
    "project_id": "P1",
    "province_code": "CN-JX",
    "grid_region": "Central",
    "technology": "solar",
    "region_technology": "Central/solar",
    "project_of_one_item": "P1",
}
ALL: Final = pytest.mark.parametrize("method", EDITIONS.values(), ids=map(" ".join, EDITIONS))


def items_of(kind: str) -> list[tuple[str, str]]:
    """The items of a kind: metric and item, by name."""
    return sorted((name, m["item"]) for name, m in reference().metrics.items() if m.get("kind") == kind)


def readings_of(method: Method) -> Iterator[dict[str, float]]:
    """Every way to report a month: one reading of each group, and one item of each kind that is summed."""
    items = [items_of(kind)[0][0] for kind in method.part_kinds]
    for number, choice in enumerate(product(*method.reading_groups)):
        metrics = [*(method.readings[symbol] for symbol in choice), *items]
        yield {metric: 1000.0 / (index + number + 1) for index, metric in enumerate(metrics)}


def welcome_of(method: Method) -> set[str]:
    """The metrics that a project may leave out altogether."""
    return {metric for kind in method.welcome_kinds for metric, _ in items_of(kind)}


def needs_of(method: Method) -> dict[str, Need]:
    of_parts = [part.parameters for part in method.parts]
    return {**method.parameters, **{symbol: need for needs in of_parts for symbol, need in needs.items()}}


def item_scopes(method: Method, symbol: str) -> dict[str, str]:
    """Where an item's parameter may be stated, for the item that `readings_of` reports."""
    kinds = [part.kind for part in method.parts if symbol in part.parameters]
    return {"project_item": f"P1/{items_of(kinds[0])[0][1]}", "item": items_of(kinds[0])[0][1]} if kinds else {}


def places_of(method: Method, symbol: str) -> list[tuple[str, str]]:
    """Every place where the symbol's value may be stated for P1."""
    scopes = {**SCOPES, **item_scopes(method, symbol)}
    return [(parameter_id, scopes.get(scope, scope)) for parameter_id, scope in needs_of(method)[symbol].lookups]


def parameters_of(method: Method, without: str = "") -> list[Row]:
    """A row for the first place of every need, in the middle of what its kind allows; none where `without` may be."""
    kinds: Mapping[str, Mapping[str, Any]] = reference().parameter_kinds
    rows: dict[tuple[str, str], Row] = {}
    withheld = places_of(method, without) if without else []
    for symbol in needs_of(method):
        parameter_id, place = places_of(method, symbol)[0]
        middle = (kinds[parameter_id]["lower"] + kinds[parameter_id]["upper"]) / 2
        if (parameter_id, place) not in withheld:
            rows[parameter_id, place] = make_parameter(parameter_id=parameter_id, scope=place, value=middle)
    return list(rows.values())


def january(method: Method, readings: Mapping[str, Any], without: str = "") -> Mapping[str, Any]:
    """A month of the method; the same one is worked out once for all laws."""
    return _january((method.name, method.edition), tuple(readings.items()), without)


@cache
def _january(edition: tuple[str, str], readings: tuple[tuple[str, Any], ...], without: str) -> Mapping[str, Any]:
    parameters = parameters_of(EDITIONS[edition], without)
    (row,) = work_out_january(edition[0], dict(readings), parameters, method_edition=edition[1]).months.to_dicts()
    return MappingProxyType(row)


def terms(row: Mapping[str, Any]) -> list[float | None]:
    return [row[term] for term in TERMS]


@ALL
def test_a_complete_month_is_measured(method: Method) -> None:
    for readings in readings_of(method):
        row = january(method, readings)
        assert row["status"] == "measured", readings
        assert None not in terms(row)


@ALL
def test_a_missing_reading_gives_a_reason_and_never_a_number(method: Method) -> None:
    for readings in readings_of(method):
        for missing in set(readings) - welcome_of(method):
            row = january(method, {metric: value for metric, value in readings.items() if metric != missing})
            assert row["status"] == "blocked_missing_reading", missing
            assert terms(row) == [None] * 4, missing


@ALL
def test_a_missing_factor_gives_a_reason_or_was_not_asked_for(method: Method) -> None:
    asked: set[str] = set()
    for readings in readings_of(method):
        for symbol in needs_of(method):
            row = january(method, readings, without=symbol)
            if row["status"] == "measured":
                assert terms(row) == terms(january(method, readings)), symbol
                continue
            assert row["status"] == "blocked_missing_parameter", symbol
            assert terms(row) == [None] * 4, symbol
            asked.add(symbol)
    assert asked == set(needs_of(method))


WITH_LIMITS: Final = [method for method in EDITIONS.values() if method.welcome_kinds]


@pytest.mark.parametrize("method", WITH_LIMITS, ids=[method.name for method in WITH_LIMITS])
def test_a_limit_of_nothing_leaves_nothing_avoided_and_a_wide_one_changes_no_figure(method: Method) -> None:
    for readings in readings_of(method):
        free = {metric: value for metric, value in readings.items() if metric not in welcome_of(method)}
        unlimited = january(method, free)["emission_reductions_tco2e"]
        for metric in set(readings) - set(free):
            few, many = (january(method, {**free, metric: value}) for value in (0.0, 1e12))
            assert few["emission_reductions_tco2e"] <= min(unlimited, 0.0), metric
            assert many["emission_reductions_tco2e"] == pytest.approx(unlimited), metric


@ALL
def test_twice_every_reading_is_twice_every_term(method: Method) -> None:
    for readings in readings_of(method):
        twice = january(method, {metric: 2 * value for metric, value in readings.items()})
        assert terms(twice) == pytest.approx([2 * (term or 0) for term in terms(january(method, readings))], rel=1e-12)


@ALL
def test_a_month_read_in_two_parts_is_the_month(method: Method) -> None:
    for readings in readings_of(method):
        halves = {metric: (0.3 * value, 0.7 * value) for metric, value in readings.items()}
        assert terms(january(method, halves)) == pytest.approx(terms(january(method, readings)), rel=1e-12)


@ALL
def test_nothing_read_but_zeros_is_a_measured_zero(method: Method) -> None:
    for readings in readings_of(method):
        row = january(method, dict.fromkeys(readings, 0.0))
        assert (row["status"], row["emission_reductions_tco2e"]) == ("measured", 0.0)


USING_POWER: Final = [method for method in EDITIONS.values() if "electricity_consumed_mwh" in method.readings]


@pytest.mark.parametrize("method", USING_POWER, ids=[method.name for method in USING_POWER])
def test_pumps_that_run_while_all_else_rests_emit_what_they_would_emit_in_any_month(method: Method) -> None:
    for readings in readings_of(method):
        more = {**readings, "electricity_consumed": readings["electricity_consumed"] + 10.0}
        (before, after) = (january(method, month)["emission_reductions_tco2e"] for month in (readings, more))
        row = january(method, {**dict.fromkeys(readings, 0.0), "electricity_consumed": 10.0})
        assert (row["status"], row["baseline_emissions_tco2e"]) == ("measured", 0.0), readings
        assert row["emission_reductions_tco2e"] < 0
        assert row["emission_reductions_tco2e"] == pytest.approx(after - before)


@ALL
def test_the_reduction_is_the_baseline_less_the_project_less_the_leakage(method: Method) -> None:
    for readings in readings_of(method):
        baseline, project, leakage, reduction = terms(january(method, readings))
        assert reduction == pytest.approx((baseline or 0) - (project or 0) - (leakage or 0))
    assert EMISSION_REDUCTIONS.meta.root_names() == TERMS[:3]


def bounds(name: str) -> dict[str, list[str]]:
    return {
        column: [check.name for check in one.checks]
        for column, one in METHODS[name].contract.to_schema().columns.items()
    }


def test_a_months_frame_follows_from_the_formula() -> None:
    """Heat is not below zero, nor is an efficiency that divides it zero; a plant may take more than it supplies."""
    heat, power = bounds("steam_heating"), bounds("grid_renewable")
    assert heat["heat_delivered_gj"] == ["greater_than_or_equal_to"]
    assert heat["baseline_efficiency_ratio"] == ["greater_than"]
    assert power["electricity_supplied_mwh"] == []


@ALL
def test_what_a_formula_lets_fall_below_zero_may_be_delivered_so(method: Method) -> None:
    metrics = reference().metrics
    readings = {symbol for symbol, metric in method.readings.items() if metrics[metric].get("may_be_negative")}
    assert readings <= set(method.signed)


def symbols(method: Method) -> list[str]:
    return [name for term in (method.baseline, method.project, method.leakage) for name in term.meta.root_names()]


@ALL
def test_an_efficiency_enters_once(method: Method) -> None:
    for symbol in needs_of(method):
        if "efficiency" in symbol:
            assert symbols(method).count(symbol) == 1


@ALL
def test_a_formula_uses_every_symbol_that_it_declares_and_declares_every_symbol_that_it_uses(method: Method) -> None:
    declared = {*method.readings, *method.parameters, *(part.symbol for part in method.parts)}
    assert set(symbols(method)) == declared
    assert set(method.contract.columns()) == declared | {"project_id", "month_start_date"}


@ALL
def test_what_is_summed_over_items_is_made_of_their_reading_and_their_parameters(method: Method) -> None:
    for part in method.parts:
        assert sorted(set(part.amount.meta.root_names())) == sorted([part.reading, *part.parameters])
