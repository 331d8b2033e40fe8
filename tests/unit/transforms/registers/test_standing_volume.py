"""Standing volume in every unit that the contract lists: as a volume, or per area of the stratum."""

from typing import Final

import pytest

from tests.makers import make_project, make_stratum, reference, typed
from transforms.registers.standing_volume import standing_volume, strata_in_unknown_units

CUBIC_METRES: Final = {
    "m3": 1,
    "m³": 1,
    "立方米": 1,
    "立方": 1,
    "方": 1,
    "万m3": 1e4,
    "万立方米": 1e4,
    "万方": 1e4,
    "10^4m3": 1e4,
    "亿立方米": 1e8,
    "m3/ha": 2,
    "m³/hm²": 2,
    "立方米/公顷": 2,
    "m3/亩": 30,
    "立方米/亩": 30,
    "m3/mu": 30,
}
"""One of the unit in m3, on a stratum of 30 mu, which are 2 ha."""


@pytest.mark.parametrize(("unit", "cubic_metres"), CUBIC_METRES.items())
def test_six_of_any_unit_are_so_many_cubic_metres(unit: str, cubic_metres: float) -> None:
    units = reference().conversions
    strata = typed("forest_strata", [make_stratum(volume="6", volume_unit=unit, area="30", area_unit="mu")])
    (row,) = standing_volume(strata, typed("projects", [make_project()]), reference().counties, units).to_dicts()
    assert row["standing_volume_m3"] == pytest.approx(6 * cubic_metres)
    assert strata_in_unknown_units(strata, units).is_empty()


@pytest.mark.parametrize("named", [{"volume_unit": "板尺"}, {"volume_unit": "m3/ha", "area_unit": "足球场"}])
def test_a_unit_that_nobody_knows_gives_no_volume_and_is_flagged(named: dict[str, str]) -> None:
    units = reference().conversions
    strata = typed("forest_strata", [make_stratum(**named)])
    (row,) = standing_volume(strata, typed("projects", [make_project()]), reference().counties, units).to_dicts()
    assert row["standing_volume_m3"] is None
    assert strata_in_unknown_units(strata, units).height == 1
