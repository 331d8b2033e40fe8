"""A unit is as much as its spelling says."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from flows.home.settings import REFERENCE
from flows.reference.checks.contradictions.spelled_sizes import size_of
from tests.unit.flows.reference.checks.edits import edited, faults_in

STATED: dict[str, tuple[float, Mapping[str, int]]] = {
    "万kWh": (10_000 * 3.6e6, {"joule": 1}),
    "kW·h": (3.6e6, {"joule": 1}),
    "百万千焦": (1e9, {"joule": 1}),
    "１０^４Ｎｍ³": (1e4, {"normal_cubic_meter": 1}),
    "mg/L": (1.0, {"gram": 1, "cubic_meter": -1}),
    "t/(head*day)": (1e6 / 86400, {"gram": 1, "head": -1, "second": -1}),
    "千克纯氮": (1000.0, {"gram_nitrogen": 1}),
    "MW(th)": (1e6, {"joule": 1, "second": -1}),
    "度日": (86400.0, {"celsius": 1, "second": 1}),
    "万吨二氧化碳当量": (1e10, {"gram_co2": 1}),
}


@pytest.mark.parametrize("spelling", STATED)
def test_a_spelling_says_how_much_it_is_of_what(spelling: str) -> None:
    stated = size_of(spelling)
    assert stated is not None
    assert stated == (pytest.approx(STATED[spelling][0]), STATED[spelling][1])


@pytest.mark.parametrize("spelling", ["furlong", "Gt", "kWh每户", "-"])
def test_a_spelling_of_other_words_says_nothing(spelling: str) -> None:
    assert size_of(spelling) is None


def test_nearly_every_spelling_of_the_tables_says_its_size() -> None:
    units = tomllib.loads((REFERENCE / "units.toml").read_text(encoding="utf-8"))
    outputs = tomllib.loads((REFERENCE / "outputs.toml").read_text(encoding="utf-8"))
    of_capacities = [spelling for bound in outputs["bounds"].values() for spelling in bound.get("spellings", {})]
    spellings = [*units["canonical"], *units["spellings"], *of_capacities]
    assert [one for one in spellings if size_of(one) is None] == ["GJ/fuel_unit", "tce/fuel_unit", "1", "-"]


SLIPS = {
    "ten thousand that are a thousand": (
        "units.toml",
        '"万kWh" = "10000 *',
        '"万kWh" = "1000 *',
        "[spellings] 万kWh: '1000 * kilowatt_hour' is not what one 万kWh is, which is 10 times as much; correct it",
    ),
    "another prefix": (
        "units.toml",
        '"兆瓦时" = "megawatt_hour"',
        '"兆瓦时" = "kilowatt_hour"',
        "[spellings] 兆瓦时: 'kilowatt_hour' is not what one 兆瓦时 is, which is 1000 times as much; correct it",
    ),
    "another quantity": (
        "units.toml",
        '"千瓦时/立方米" = "kilowatt_hour / cubic_meter"',
        '"千瓦时/立方米" = "kilowatt_hour / tonne"',
        "'kilowatt_hour / tonne' is not what one 千瓦时/立方米 is, which is of joule * cubic_meter^-1; correct it",
    ),
    "a unit in which formulas take their values": (
        "units.toml",
        '"MWh" = ["megawatt_hour"]',
        '"MWh" = ["gigawatt_hour"]',
        "units.toml, [canonical] MWh: 'gigawatt_hour' is not what one MWh is, which is 0.001 times as much",
    ),
    "a unit in which formulas take their values, under another's name": (
        "units.toml",
        '"W/m2" = ["watt',
        '"/m2" = ["watt',
        "units.toml, [canonical] /m2: 'watt / square_meter' is not what one /m2 is, which is of square_meter^-1",
    ),
    "a new spelling that says something else": (
        "units.toml",
        '"kWh" = "kilowatt_hour"\n',
        '"kWh" = "kilowatt_hour"\n"十万kWh" = "10000 * kilowatt_hour"\n',
        "[spellings] 十万kWh: '10000 * kilowatt_hour' is not what one 十万kWh is, which is 10 times as much",
    ),
    "a unit that is not defined, of one that is spelled twice": (
        "units.toml",
        '"m³" = "cubic_meter"',
        '"m³" = "cubic_metre"',
        "units.toml, [spellings] m³: 'cubic_metre' is not a unit: 'cubic_metre' is not defined, nearest",
    ),
    "a capacity of ten times": (
        "outputs.toml",
        '"兆瓦峰" = 1',
        '"兆瓦峰" = 10',
        "outputs.toml, [bounds.electric.spellings] 兆瓦峰: 10 is not how much of MW one 兆瓦峰 is; write 1",
    ),
    "a capacity in another kind of unit that the others do not follow": (
        "outputs.toml",
        '"吨/小时" = 2.5',
        '"吨/小时" = 25',
        "outputs.toml, [bounds.heat.spellings] 吨/小时: 25 is not how much of GJ/h one 吨/小时 is; write 2.5",
    ),
}


@pytest.mark.parametrize(("name", "old", "new", "words"), SLIPS.values(), ids=SLIPS)
def test_a_size_that_its_spelling_does_not_say_is_one_error(
    folder: Path, name: str, old: str, new: str, words: str
) -> None:
    edited(old, new, name)(folder)
    (fault,) = faults_in(folder)
    assert words in fault
