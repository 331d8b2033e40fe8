"""Reference tables whose values may each be, but not together, or not in the unit that the program computes in."""

from pathlib import Path
from typing import Final

import pytest

from tests.unit.flows.reference.checks.edits import edited, faults_in

EDITS: Final = {
    "margins that make no whole": (
        "parameters.csv",
        "om_weight,wind,0.75",
        "om_weight,wind,0.65",
        "om_weight '0.65' and bm_weight '0.25' of wind make 0.9, not 1; correct one of them",
    ),
    "a value beyond its band": (
        "parameters.csv",
        "fuel_ncv,diesel@ndrc_guide,43.33,",
        "fuel_ncv,diesel@ndrc_guide,4.333,",
        "column value: '4.333' GJ/t lies outside 40 to 45.5 GJ/t (bounds.csv, row 43); correct value or band",
    ),
    "a day in short": (
        "parameters.csv",
        "grid_ef,CN,0.5568,tCO2/MWh,2021-01-01,",
        "grid_ef,CN,0.5568,tCO2/MWh,2021-1-1,",
        "parameters.csv, row 2, column valid_from: '2021-1-1' is not a date; write it as 2025-06-30",
    ),
    "a limit in another unit": (
        "bounds.csv",
        "rising_run.hydro,rising_run,hydro,,count,",
        "rising_run.hydro,rising_run,hydro,,h,",
        "column unit: 'h' is not what rising_run is computed in; write count",
    ),
    "an output in another unit": (
        "outputs.toml",
        'output_unit = "MWh"',
        'output_unit = "kWh"',
        "outputs.toml, [bounds.electric] output_unit: 'kWh' is not what the program computes in; write MWh",
    ),
    "an output sent in no unit": (
        "outputs.toml",
        '"万kWh"',
        '"万kWhh"',
        "outputs.toml, [bounds.electric] may_be: '万kWhh' is not a spelling of units.toml; correct it, or add it there",
    ),
    "a figure in another unit": (
        "plausibility.toml",
        'unit = "GJ/t"',
        'unit = "GJ/kg"',
        "plausibility.toml, [steam_enthalpy] unit: 'GJ/kg' is not what the program computes in; write GJ/t",
    ),
    "an indicator in another unit": (
        "physical_indicators.toml",
        'unit = "人次"',
        'unit = "万人次"',
        "physical_indicators.toml, [visitors] unit: '万人次' is not what the program computes in; write 人次",
    ),
    "a source that is yet to come": (
        "sources.toml",
        'published = "2021',
        'published = "2999',
        "is yet to come; write when it was published",
    ),
}


@pytest.mark.parametrize("slip", EDITS)
def test_it_is_one_error(folder: Path, slip: str) -> None:
    name, old, new, reason = EDITS[slip]
    edited(old, new, name)(folder)
    (fault,) = faults_in(folder)
    assert reason in fault


def test_a_band_that_none_of_its_rows_fits_is_the_error(folder: Path) -> None:
    text = (folder / "bounds.csv").read_text(encoding="utf-8")
    lines = [
        line.replace("tC/TJ,", "tC/GJ,") if line.startswith("parameter_band.fuel_carbon_content.diesel,") else line
        for line in text.splitlines(keepends=True)
    ]
    (folder / "bounds.csv").write_text("".join(lines), encoding="utf-8")
    (fault,) = faults_in(folder)
    assert "fits none of rows" in fault
