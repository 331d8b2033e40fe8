"""Names and bounds that two entries claim."""

from pathlib import Path

import pytest

from tests.unit.flows.reference.checks.edits import Edit, edited, faults_in

KWH = '"kWh" = "kilowatt_hour"\n'

FAULTS = {
    "a unit spelled twice in small letters": (
        edited(KWH, KWH + '"Furlong" = "100 * square_meter"\n"furlong" = "hectare"\n', "units.toml"),
        "[spellings] furlong: 'furlong' is read as 'Furlong', too, and means 'hectare' for '100 * square_meter'",
    ),
    "a unit spelled twice in full width": (
        edited(KWH, KWH + '"GW.h" = "gigawatt_hour"\n"ＧＷ.h" = "megawatt_hour"\n', "units.toml"),
        "units.toml, [spellings] ＧＷ.h: 'ＧＷ.h' is read as 'GW.h', too",
    ),
    "a unit of a capacity spelled twice": (
        edited('"MWp" = 1\n', '"MWp" = 1\n"MW net" = 1\n"ＭＷnet" = 1000\n', "outputs.toml"),
        "outputs.toml, [bounds.electric.spellings] ＭＷnet: 'ＭＷnet' is read as 'MW net', too, and means 1000 for 1",
    ),
    "a known unit spelled twice": (
        edited(KWH, KWH + '"ｋＷｈ" = "megawatt_hour"\n', "units.toml"),
        "units.toml, [spellings] ｋＷｈ: 'megawatt_hour' is not what one ｋＷｈ is, which is 0.001 times as much",
    ),
    "a currency spelled twice": (
        edited('"RMB" = "CNY"', '"RMB" = "CNY"\n"ＲＭＢ" = "USD"', "headers.toml"),
        "ＲＭＢ: 'ＲＭＢ' is read as 'RMB', too, and means 'USD' for 'CNY'",
    ),
    "a metric named in full width": (
        edited('aliases = ["汽油消耗量"]', 'aliases = ["汽油消耗量", "ＨＤＤ"]', "metrics.toml"),
        "too; keep one",
    ),
    "a reading bounded twice": (
        edited(
            "electricity_over_capacity.all.hydro,electricity_over_capacity,*,hydro",
            "electricity_over_capacity.all.hydro,electricity_over_capacity,*,",
            "bounds.csv",
        ),
        "bounds.csv, rows 2 and 3, column check_id: 'electricity_over_capacity, *' is bounded twice",
    ),
    "a name of two provinces": (
        edited("天津市|", "内蒙|", "regions.csv"),
        "row 6, column aliases: '内蒙' is a name of CN-TJ, too; keep one",
    ),
    "a name of two counties": (
        edited("361102,信州区", "361102,上饶市", "counties.csv"),
        "county_name: '上饶市' is a name of 361100, too",
    ),
}


@pytest.mark.parametrize(("edit", "words"), FAULTS.values(), ids=FAULTS)
def test_what_stands_for_two_things_is_one_error(folder: Path, edit: Edit, words: str) -> None:
    edit(folder)
    (fault,) = faults_in(folder)
    assert words in fault
