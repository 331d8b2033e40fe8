"""Units, ratios and times in which the program computes."""

from pathlib import Path

import pytest

from tests.unit.flows.reference.checks.edits import edited, faults_in

SLIPS = {
    "a side of a ratio without its fuel": (
        "outputs.toml",
        'below = { fuel = "impossible_above", electricity_consumed = 43.2 }',
        "below = { electricity_consumed = 43.2 }",
        "heat_over_fuel_heat.below] fuel: missing, and the program counts it there; write fuel =",
    ),
    "a side of a ratio without its electricity": (
        "outputs.toml",
        'below = { fuel = "impossible_above", electricity_consumed = 43.2 }',
        'below = { fuel = "impossible_above" }',
        "electricity_consumed: missing, and the program counts it there; write electricity_consumed = 43.2",
    ),
    "a reading in the place of another": (
        "outputs.toml",
        "above = { heat_sent_out = 1 }",
        "above = { heat_delivered = 1 }",
        "heat_sent_out: missing (and heat_delivered in its place), and the program counts it there; write heat_sent",
    ),
    "a reading more": (
        "outputs.toml",
        "above = { heat_sent_out = 1 }",
        "above = { heat_sent_out = 1, heat_delivered = 1 }",
        "heat_sent_out_over_boiler_heat.above] heat_delivered: the program does not count it there; take it away",
    ),
    "a reading misspelt": (
        "outputs.toml",
        'below = { fuel = "impossible_above", electricity_consumed = 43.2 }',
        'below = { fuell = "impossible_above", electricity_consumed = 43.2 }',
        "'fuell' is not in metrics.toml, nearest is 'fuel'",
    ),
    "electricity of ten times": (
        "outputs.toml",
        'below = { fuel = "impossible_above", electricity_consumed = 43.2 }',
        'below = { fuel = "impossible_above", electricity_consumed = 432 }',
        "electricity_consumed: 432 does not turn it into the unit of heat_over_fuel_heat; write 43.2",
    ),
    "fuel by its lowest calorific value": (
        "outputs.toml",
        'below = { fuel = "impossible_above", electricity_consumed = 43.2 }',
        'below = { fuel = "impossible_below", electricity_consumed = 43.2 }',
        "fuel: 'impossible_below' does not turn it into the unit of heat_over_fuel_heat; write \"impossible_above\"",
    ),
    "a side with nothing in it": (
        "outputs.toml",
        "above = { heat_sent_out = 1 }",
        "above = { }",
        "[ratios.heat_sent_out_over_boiler_heat.above]: there is nothing in it",
    ),
    "a day of 2.4 hours": (
        "outputs.toml",
        "times_per_day = 24",
        "times_per_day = 2.4",
        "[bounds.electric] times_per_day: 2.4 is not how often a day its capacity gives its output; write 24",
    ),
    "an area in a unit that is none": (
        "outputs.toml",
        'output_unit = "ha"',
        'output_unit = "xa"',
        "[bounds.land] output_unit: 'xa' is not what the program computes in; write ha",
    ),
    "a unit that many need": (
        "units.toml",
        '"t" = ["tonne"]\n',
        "",
        "'t' is missing, and 38 places need it: metrics.toml, [steam_delivered] unit; ",
    ),
    "a list as a text": (
        "factor_sets.toml",
        'parameters = ["fuel_ncv", "fuel_carbon_content", "fuel_oxidation"]',
        'parameters = "fuel_ncv"',
        "[fuels] parameters: 'fuel_ncv', not a list of texts; write it as parameters = [",
    ),
}


@pytest.mark.parametrize(("name", "old", "new", "words"), SLIPS.values(), ids=SLIPS)
def test_what_the_program_computes_with_is_not_another_one(
    folder: Path, name: str, old: str, new: str, words: str
) -> None:
    edited(old, new, name)(folder)
    (fault,) = faults_in(folder)
    assert fault.startswith(name)
    assert words in fault
