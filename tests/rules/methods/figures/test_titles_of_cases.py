"""A figure in the title of a worked case is one of what the case is given, in the unit that follows it."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

import pytest

from flows.pages.cases import Case, cases_of
from flows.reference.methods import FOLDERS
from tests.rules.methods.figures.worked_numbers import next_one

ALL: Final = [case for name in FOLDERS for case in cases_of(name)]
IN_ITS_UNIT: Final = {
    **dict.fromkeys(("W", "瓦", "mg/L", "毫克/升"), 1e-6),
    **dict.fromkeys(("kJ/kg", "千焦/千克", "kWh/m3", "gce/kWh", "克标准煤/千瓦时"), 1e-3),
    **dict.fromkeys(("kW", "kg", "千克", "L", "升", "kWh", "千瓦时"), 1e-3),
    "%": 1e-2,
}
"""What one of a title's unit is in that of the reading or parameter."""
UNIT: Final = "|".join(sorted(IN_ITS_UNIT, key=len, reverse=True))
FIGURE: Final = re.compile(
    r"(?<![A-Za-z0-9_.,^])(?P<figure>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<many>万?)(?![\d-])"
    rf"(?: ?(?P<unit>{UNIT})(?![A-Za-z]))?"
)
Given = Mapping[str, float]
WORKED_OUT: Final[dict[tuple[str, str], Callable[[Given], float]]] = {
    ("afforestation", "2.2"): lambda given: (
        math.prod(given[name] for name in ("wood_density", "biomass_expansion", "carbon_fraction"))
        * (1 + given["root_shoot"])
        * 44
        / 12
    ),
    ("air_source_heat_pump", "50"): lambda given: given["electricity_consumed"] - given["heat_pump_electricity"],
    ("air_source_heat_pump", "1.3"): lambda given: given["heat_delivered"] / (given["electricity_consumed"] * 3.6),
    ("grid_renewable", "6"): lambda given: given.get("power_density", 0) / 1e6,  # stated in W/m2
    ("manure_biogas", "10,000"): lambda given: given["swine_head_days"] / 31,
    ("manure_biogas", "1万"): lambda given: given["swine_head_days"] / 31,
    ("transition_intensity", "22%"): lambda given: (
        1 - given["own_emissions"] / given["product_output"] / given["base_year_intensity"]
    ),
    **{
        (method, figure): lambda given: given["natural_gas_consumed"] * given["fuel_ncv"] * given["fuel_ef"]
        for method, figure in (
            ("steam_heating_chp_efficiency", "200"),
            ("steam_heating_chp_energy", "200"),
            ("steam_heating_chp_heat_ratio", "200"),
            ("steam_heating_default_factor", "40"),
        )
    },
}
"""Figures of titles that the case is not given as they are, by method: how they follow from what it is given."""

OF_NO_INPUT: Final = {
    ("steam_heating", "0.8"): "MPa: the state of the steam, whose enthalpy is given",
    ("steam_heating", "250"): "degrees: the same",
    ("steam_heating_waste_heat", "80,000"): "t: the published tonnes that the heat was chosen for",
    ("steam_heating_waste_heat", "8万"): "t: the published tonnes that the heat was chosen for",
    ("grid_renewable", "50"): "MWp: the name of the plant",
}


class Stated(NamedTuple):
    """A figure of a title, and what it may be in the units of readings and parameters."""

    written: str
    values: tuple[float, ...]


def stated_in(title: str) -> Iterator[Stated]:
    for found in FIGURE.finditer(title.replace(" x 10^4", "万")):
        number = float(found["figure"].replace(",", "")) * (1e4 if found["many"] else 1)
        value = number * IN_ITS_UNIT.get(found["unit"], 1)
        is_written = found["figure"] + found["many"] + ("%" if found["unit"] == "%" else "")
        yield Stated(is_written, (value, 1 + value) if found["unit"] == "%" else (value,))


def given_of(case: Case) -> Given:
    """Readings and parameters that a title may state; of the grid none does."""
    stated = {parameter: value for parameter, _, value in case.parameters if parameter != "grid_ef"}
    return {**stated, **case.readings}


def false_in(title: str, case: Case) -> list[str]:
    """The figures of a title, beside the month of the case, that are none of the case."""
    month = case.month_start_date
    undated = title.replace(f"{month:%B %Y}", "").replace(f"{month.year}年{month.month}月", "")
    return [one.written for one in stated_in(undated) if not _holds(one, case)]


def _holds(one: Stated, case: Case) -> bool:
    if (case.method, one.written) in OF_NO_INPUT:
        return True
    given = given_of(case)
    worked_out = WORKED_OUT.get((case.method, one.written))
    known = [worked_out(given)] if worked_out else given.values()
    return any(math.isclose(value, other, rel_tol=1e-9) for value in one.values for other in known)


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.method}: {case.title_en}")
def test_a_figure_of_a_title_is_what_the_case_is_given(case: Case) -> None:
    assert [false_in(title, case) for title in (case.title_en, case.title_zh)] == [[], []]


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.method}: {case.title_en}")
def test_a_figure_of_a_title_that_is_off_by_one_in_its_last_digit_is_found(case: Case) -> None:
    for title in (case.title_en, case.title_zh):
        for found in FIGURE.finditer(title):
            other = title[: found.start()] + next_one(found["figure"]) + title[found.end("figure") :]
            assert false_in(other, case), other


def test_every_figure_that_is_listed_is_one_of_a_title() -> None:
    titles = [(case.method, title) for case in ALL for title in (case.title_en, case.title_zh)]
    written = {(method, one.written) for method, title in titles for one in stated_in(title)}
    assert {*WORKED_OUT, *OF_NO_INPUT} <= written
