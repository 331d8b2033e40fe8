"""Values in the reference tables that cannot be."""

from pathlib import Path

import pytest

from tests.unit.flows.reference.checks.edits import Edit, edited, faults_in

KWH = '"kWh" = "kilowatt_hour"\n'
BAR = '"bar = 100000 * pascal"'

FAULTS = {
    "a unit of less than nothing": (
        edited(KWH, '"kWh" = "-1 * kilowatt_hour"\n', "units.toml"),
        "[spellings] kWh: '-1",
    ),
    "a unit of nothing": (
        edited(KWH, '"kWh" = "0 * kilowatt_hour"\n', "units.toml"),
        "units.toml, [spellings] kWh: '0 * kilowatt_hour' is not a unit: its number is not above 0 and finite",
    ),
    "a unit without end": (edited(KWH, '"kWh" = "1e400 * joule"\n', "units.toml"), "is not above 0 and finite"),
    "a sum of units": (
        edited(KWH, '"kWh" = "kilowatt_hour + joule"\n', "units.toml"),
        "[spellings] kWh: 'kilowatt_hour + joule' is not a unit: it is not made of numbers above 0 and units",
    ),
    "a power of a unit": (edited(KWH, '"kWh" = "kilowatt_hour ** 2"\n', "units.toml"), "[spellings] kWh: 'kilowatt"),
    "a number for a unit": (edited(KWH, '"kWh" = "1000"\n', "units.toml"), "[spellings] kWh: '1000' is not a unit"),
    "a definition by what is not defined": (
        edited("10000 * square_meter / 15", "10000 * square_metre / 15", "units.toml"),
        "definitions: 'mu = 10000 * square_metre / 15' is not a unit: 'square_metre' is not defined, nearest",
    ),
    "definitions in a ring": (
        edited(BAR, '"bar = 100000 * baz", "baz = 2 * bar"', "units.toml"),
        "units.toml, definitions: 'bar = 100000 * baz', 'baz = 2 * bar': defined by itself",
    ),
    "a definition of nothing": (edited(BAR, '"bar = 0 * pascal"', "units.toml"), "definitions: 'bar = 0 * pascal'"),
    "a unit defined twice": (
        edited(BAR, BAR + ', "bar = 10000 * pascal"', "units.toml"),
        "'bar = 10000 * pascal' defines bar again, which is 'bar = 100000 * pascal'; keep one",
    ),
    "a threshold in per cent": (edited("refused_ratio = 0.2", "refused_ratio = 20", "gates.toml"), "outside 0 to 1"),
    "a threshold below nothing": (edited("rows = 3", "rows = -3", "gates.toml"), "-3 is not a whole number from 0"),
    "a scale below nothing": (
        edited('"万元" = 10000', '"万元" = -10000', "headers.toml"),
        "[scales] 万元: -10000 is not above 0",
    ),
    "a scale of nothing beside a table": (
        edited('"亿" = 100000000', '"亿" = 0', "headers.toml"),
        "[beside.scales] 亿: 0 is not above 0",
    ),
    "a unit of a capacity below nothing": (
        edited('"kWp" = 0.001', '"kWp" = -0.001', "outputs.toml"),
        "[bounds.electric.spellings] kWp: -0.001 is not",
    ),
    "a day of publication that is none": (
        edited('"2024-04-12"', '"2024-04-31"', "sources.toml"),
        "[mee_nbs_grid_2021] published: '2024-04-31' is not a date",
    ),
    "a day of publication in words": (edited('"2024-04-12"', '"last spring"', "sources.toml"), "'last spring' is no"),
    "a score beyond the scale": (
        edited("avoided_score = 1", "avoided_score = 6", "data_quality.toml"),
        "6 is not a whole number from 1 to 5",
    ),
    "a part of a row": (edited("rows = 3", "rows = 2.5", "gates.toml"), "2.5 is not a whole number from 0 to 100"),
}


@pytest.mark.parametrize(("edit", "words"), FAULTS.values(), ids=FAULTS)
def test_a_value_that_cannot_be_is_one_error(folder: Path, edit: Edit, words: str) -> None:
    edit(folder)
    (fault,) = faults_in(folder)
    assert words in fault
