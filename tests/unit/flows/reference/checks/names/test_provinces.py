"""Codes of provinces beside another province's name."""

from pathlib import Path

import pytest

from tests.unit.flows.reference.checks.edits import edited, faults_in

SLIPS = {
    "the code of another province": ("CN-JX,", "CN-GX,", "code: 'CN-GX' is not the code of 江西 Jiangxi (ISO 3166-2);"),
    "a code of none": ("CN-JX,", "CN-JZ,", "code: 'CN-JZ' is not the code of 江西 Jiangxi (ISO 3166-2); write CN-JX"),
    "another province's name": (
        "江西,",
        "山西,",
        "zh: '山西' is not the name of CN-JX; write 江西, or correct the code",
    ),
    "a name misspelt": ("Jiangxi,", "Jangxi,", "en: 'Jangxi' is not the name of CN-JX; write Jiangxi, or correct"),
}


@pytest.mark.parametrize(("old", "new", "words"), SLIPS.values(), ids=SLIPS)
def test_a_province_under_another_code_is_one_error(folder: Path, old: str, new: str, words: str) -> None:
    edited(old, new, "regions.csv")(folder)
    (fault,) = faults_in(folder)
    assert fault.startswith("regions.csv, row 15, column province_")
    assert words in fault


def test_two_provinces_that_have_changed_places_are_two_errors(folder: Path) -> None:
    edited("CN-SX,山西,Shanxi", "CN-NM,山西,Shanxi", "regions.csv")(folder)
    edited("CN-NM,内蒙古", "CN-SX,内蒙古", "regions.csv")(folder)
    assert [fault.partition(",")[2].partition(":")[0] for fault in faults_in(folder)] == [
        " row 5, column province_code",
        " row 6, column province_code",
    ]


def test_another_name_of_a_province_is_not_that_of_another_province(folder: Path) -> None:
    hainan, chongqing = "海南省|Hainan Province", "重庆市|Chongqing Municipality"
    edited(hainan, "", "regions.csv")(folder)
    edited(chongqing, hainan, "regions.csv")(folder)
    days = "Hainan,South,2000-01-01,2099-12-31,"
    edited(days, f"{days}{chongqing}", "regions.csv")(folder)
    assert faults_in(folder) == [
        "regions.csv, row 22, column aliases: '重庆市' names CN-CQ, not CN-HI; write the other names of 海南",
        "regions.csv, row 23, column aliases: '海南省' names CN-HI, not CN-CQ; write the other names of 重庆",
    ]
