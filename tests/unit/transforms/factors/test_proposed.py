"""A proposed value takes the place of rows on its days, and no two rows share a day."""

import datetime as dt
from itertools import pairwise
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tests.makers import Row, day, make_parameter, parameter_table
from transforms.factors.derived_parameters import with_derived
from transforms.factors.proposed import Proposed, rows_within, with_value

DAYS = st.dates(dt.date(2019, 1, 1), dt.date(2032, 12, 31))


def margins(**named: Any) -> list[Row]:
    """Solar of the Central grid: 0.75 x 0.8587 + 0.25 x 0.2854 = 0.715375."""
    return [
        make_parameter(parameter_id="grid_om_ef", scope="Central", value="0.8587", **named),
        make_parameter(parameter_id="grid_bm_ef", scope="Central", value="0.2854"),
        make_parameter(parameter_id="om_weight", scope="solar", value="0.75", unit="ratio"),
        make_parameter(parameter_id="bm_weight", scope="solar", value="0.25", unit="ratio"),
    ]


def proposed(scope: str = "Central", parameter_id: str = "grid_om_ef", **days: dt.date) -> Proposed:
    return Proposed(parameter_id, scope, 0.812345678901, "tCO2/MWh", **days)


def held(rows: pl.DataFrame, one: Proposed) -> list[tuple[float, dt.date, dt.date]]:
    own = rows.filter(parameter_id=one.parameter_id, scope=one.scope).sort("valid_from")
    return list(own.select("value", "valid_from", "valid_to").iter_rows())


def test_without_days_it_holds_as_long_as_the_row_on_file() -> None:
    one = proposed()
    assert held(with_value(parameter_table(margins()), one), one) == [
        (0.812345678901, day("2020-01-01"), day("2030-12-31"))
    ]


def test_the_rest_of_a_row_holds_before_and_after() -> None:
    one = proposed(first=day("2025-07-01"), last=day("2025-12-31"))
    assert held(with_value(parameter_table(margins()), one), one) == [
        (0.8587, day("2020-01-01"), day("2025-06-30")),
        (0.812345678901, day("2025-07-01"), day("2025-12-31")),
        (0.8587, day("2026-01-01"), day("2030-12-31")),
    ]


def test_what_is_derived_follows() -> None:
    """0.75 x 0.812345678901 + 0.25 x 0.2854 = 0.68060925917575."""
    after = with_derived(with_value(with_derived(parameter_table(margins())), proposed()))
    (margin,) = after.filter(parameter_id="grid_cm_ef")["value"]
    assert abs(margin - 0.68060925917575) < 1e-15


def test_in_place_of_a_derived_row_what_is_left_of_it_is_stated() -> None:
    one = proposed("Central/solar", "grid_cm_ef", first=day("2025-07-01"))
    after = with_derived(with_value(with_derived(parameter_table(margins())), one))
    before, since = held(after, one)
    assert abs(before[0] - 0.715375) < 1e-15
    assert before[1:] == (day("2020-01-01"), day("2025-06-30"))
    assert since == (0.812345678901, day("2025-07-01"), day("2030-12-31"))


def test_a_scope_without_a_row_gets_one_for_all_days_of_factors() -> None:
    one = proposed("P1", "grid_cm_ef")
    rows = with_value(parameter_table(margins(valid_from="2019-01-01")), one)
    assert held(rows, one) == [(0.812345678901, day("2019-01-01"), day("2030-12-31"))]


@given(DAYS, DAYS)
def test_no_day_has_two_rows_and_none_is_lost(one_day: dt.date, another: dt.date) -> None:
    first, last = sorted([one_day, another])
    one, table = proposed(first=first, last=last), parameter_table(margins())
    rows = held(with_value(table, one), one)
    covered = sum((until - since).days + 1 for _, since, until in rows)
    assert covered == (day("2030-12-31") - day("2020-01-01")).days + 1
    assert all(before[2] < after[1] for before, after in pairwise(rows))
    assert any(value == one.value for value, *_ in rows) is not rows_within(table, one).is_empty()
