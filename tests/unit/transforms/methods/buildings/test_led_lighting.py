"""LED lighting: what is so beside its worked cases."""

from typing import Final

import pytest

from tests.makers import Row, make_parameter, work_out_january

TERMS: Final = [
    "baseline_emissions_tco2e",
    "project_emissions_tco2e",
    "leakage_tco2e",
    "emission_reductions_tco2e",
]


def own(parameter_id: str, value: float, scope: str = "P1") -> Row:
    return make_parameter(parameter_id=parameter_id, scope=scope, value=value)


STREET: Final = {
    "lamps": own("lamps", 1000),
    "replaced power": own("replaced_lamp_power", 0.00025),
    "new power": own("new_lamp_power", 0.0001),
    "grid": own("grid_ef", 0.5836, "CN-JX"),
    "rebound": own("lighting_rebound", 0.1),
}


def january(readings: dict[str, float], parameters: list[Row]) -> Row:
    return work_out_january("led_lighting", readings, parameters).months.to_dicts()[0]


def of_street(hours: float = 300.0, *, without: str = "", more: tuple[Row, ...] = ()) -> Row:
    rows = [row for name, row in STREET.items() if name != without]
    return january({"street_lamp_hours": hours}, [*rows, *more])


def test_new_lamps_that_take_more_power_give_a_negative_reduction() -> None:
    """(75 - 90) MWh x 0.5836 x 0.9 = -7.8786."""
    month = of_street(without="new power", more=(own("new_lamp_power", 0.0003),))
    assert month["emission_reductions_tco2e"] == pytest.approx(-7.8786)


def test_without_hours_there_is_no_figure() -> None:
    month = january({}, list(STREET.values()))
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_reading", None)


@pytest.mark.parametrize("missing", list(STREET))
def test_without_a_factor_there_is_no_figure(missing: str) -> None:
    assert of_street(without=missing)["status"] == "blocked_missing_parameter"


def test_twice_the_hours_are_twice_every_term() -> None:
    once, twice = of_street(300.0), of_street(600.0)
    assert [twice[term] for term in TERMS] == pytest.approx([2 * once[term] for term in TERMS])


def test_the_kinds_of_lamps_add_up() -> None:
    """Street lamps as above and 200 indoor lamps of 40 and 18 W for 200 hours: 0.88 MWh x 0.5836 x 0.9 more."""
    both = {
        "lamps": [own("lamps", 1000, "P1/street_lamp"), own("lamps", 200, "P1/indoor_lamp")],
        "replaced": [
            own("replaced_lamp_power", 250e-6, "P1/street_lamp"),
            own("replaced_lamp_power", 40e-6, "P1/indoor_lamp"),
        ],
        "new": [own("new_lamp_power", 100e-6, "P1/street_lamp"), own("new_lamp_power", 18e-6, "P1/indoor_lamp")],
    }
    rows = [row for rows in both.values() for row in rows] + [STREET["grid"], STREET["rebound"]]
    month = january({"street_lamp_hours": 300.0, "indoor_lamp_hours": 200.0}, rows)
    assert month["emission_reductions_tco2e"] == pytest.approx(23.6358 + 0.88 * 0.5836 * 0.9)


def test_without_rebound_the_whole_difference_counts() -> None:
    """ER = n x (W_BL - W_PJ) x h x EF = 45 MWh x 0.5836 = 26.262."""
    month = of_street(without="rebound", more=(own("lighting_rebound", 0.0),))
    assert month["emission_reductions_tco2e"] == pytest.approx(26.262)
