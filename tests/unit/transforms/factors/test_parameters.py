"""A factor counts only if its validity covers the whole period: never the latest, never the nearest."""

import datetime as dt
from typing import Any, Final

import polars as pl

from tests.makers import make_operating_month, make_parameter, parameter_table, typed
from transforms.factors.parameters import Lookup, book_parameters, look_up, with_kind_uncertainty
from transforms.methods.engine.method import Need

NEEDS: Final = {"factor": Need.of(("grid_cm_ef", "project_id"), ("grid_cm_ef", "region_technology"))}


def find(*rows: dict[str, Any], **month: Any) -> Lookup:
    return look_up(pl.DataFrame([make_operating_month(**month)]), NEEDS, parameter_table(rows))


def value(*rows: dict[str, Any], **month: Any) -> float | None:
    number: float | None = find(*rows, **month).values["factor"].item()
    return number


def test_a_row_that_covers_the_whole_month_gives_its_value() -> None:
    assert value(make_parameter(value="0.8", valid_from="2025-01-01", valid_to="2025-01-31")) == 0.8


def test_a_row_that_ends_a_day_early_gives_nothing() -> None:
    assert value(make_parameter(valid_from="2025-01-01", valid_to="2025-01-30")) is None


def test_a_row_that_begins_a_day_late_gives_nothing() -> None:
    assert value(make_parameter(valid_from="2025-01-02", valid_to="2025-12-31")) is None


def test_a_month_cut_by_commissioning_needs_only_its_days_of_operation_covered() -> None:
    late = make_parameter(valid_from="2025-01-02", valid_to="2025-12-31")
    assert value(late, operating_from_date=dt.date(2025, 1, 2)) == 0.8


def test_last_years_value_is_not_carried_on() -> None:
    assert value(make_parameter(valid_from="2024-01-01", valid_to="2024-12-31")) is None


def test_two_rows_that_follow_each_other_inside_the_month_are_not_joined() -> None:
    halves = [make_parameter(valid_to="2025-01-15"), make_parameter(valid_from="2025-01-16")]
    assert value(*halves) is None


def test_two_rows_in_force_at_once_are_ambiguous_and_give_nothing() -> None:
    found = find(make_parameter(value="0.8"), make_parameter(value="0.7", valid_to="2029-12-31"))
    assert found.values["factor"].item() is None
    assert found.gaps["on_file"].item() == "2020-01-01 .. 2029-12-31, 2020-01-01 .. 2030-12-31"


def test_the_first_place_that_has_a_row_decides() -> None:
    own, regional = make_parameter(value="0.8"), make_parameter(scope="Central/solar", value="0.7")
    assert value(own, regional) == 0.8
    assert value(regional) == 0.7


def test_an_own_row_that_has_run_out_does_not_fall_through_to_the_region() -> None:
    own = make_parameter(value="0.8", valid_to="2024-12-31")
    assert value(own, make_parameter(scope="Central/solar", value="0.7")) is None


def test_a_zero_is_a_value() -> None:
    assert value(make_parameter(value="0")) == 0.0


def test_each_value_found_is_recorded_with_its_row() -> None:
    (use,) = find(make_parameter(locator="page 3")).uses.to_dicts()
    assert (use["project_id"], use["symbol"], use["parameter_id"], use["scope"]) == ("P1", "factor", "grid_cm_ef", "P1")
    assert (use["value"], use["source"], use["locator"]) == (0.8, "a letter of the project", "page 3")


def test_each_value_not_found_says_where_it_was_looked_for_and_what_is_on_file() -> None:
    (gap,) = find(make_parameter(valid_to="2024-12-31")).gaps.to_dicts()
    assert (gap["parameter_id"], gap["scope"], gap["on_file"]) == ("grid_cm_ef", "P1", "2020-01-01 .. 2024-12-31")


def test_a_gap_with_nothing_on_file_names_the_first_place() -> None:
    (gap,) = find(make_parameter(scope="P9")).gaps.to_dicts()
    assert (gap["scope"], gap["on_file"]) == ("P1", None)


def test_a_project_in_an_unknown_province_finds_no_regional_value() -> None:
    months = pl.DataFrame(
        [make_operating_month(region_technology=None)], schema_overrides={"region_technology": pl.String}
    )
    regional = parameter_table([make_parameter(scope="Central/solar")])
    assert look_up(months, NEEDS, regional).values["factor"].item() is None


def test_a_delivered_row_replaces_the_reference_row_of_the_same_scope_and_days() -> None:
    reference = parameter_table([make_parameter(value="0.7")])
    both = book_parameters(reference, typed("parameters", [make_parameter(value="0.8")]))
    assert both.select("value", "parameter_status").rows() == [(0.8, "delivered")]


def test_a_delivered_row_for_other_days_is_kept_beside_the_reference_row() -> None:
    reference = parameter_table([make_parameter(value="0.7")])
    sent = typed("parameters", [make_parameter(value="0.8", valid_from="2031-01-01", valid_to="2031-12-31")])
    assert book_parameters(reference, sent)["value"].to_list() == [0.7, 0.8]


def uncertainty(**named: Any) -> float | None:
    kinds = {"grid_cm_ef": {"relative_uncertainty_pct": 10}}
    complete = with_kind_uncertainty(parameter_table([make_parameter(**named)]), kinds)
    number: float | None = complete["relative_uncertainty_pct"].item()
    return number


def test_a_row_that_states_no_uncertainty_takes_that_of_its_kind() -> None:
    assert uncertainty(relative_uncertainty_pct=None) == 10


def test_a_row_keeps_the_uncertainty_that_it_states() -> None:
    assert uncertainty(relative_uncertainty_pct="2") == 2


def test_a_row_that_states_to_be_exact_is_exact() -> None:
    assert uncertainty(relative_uncertainty_pct="0") == 0


def test_a_parameter_that_no_formula_knows_gets_no_uncertainty() -> None:
    assert uncertainty(parameter_id="colour_of_the_chimney") is None
