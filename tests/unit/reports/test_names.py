"""A page has names where the file has codes: every code that can be printed has one in both languages."""

import csv
import re
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from reports.names import NAMES, PARTS, Names

REFERENCE: Final = Path(__file__).resolve().parents[3] / "data" / "reference"
CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
ABBREVIATION: Final = {"IPCC", "HFC"}
PROJECTS: Final = {"P-GX-BOILER": "广信区天然气替代项目"}


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((REFERENCE / name).read_text("utf-8"))


def _rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _scopes() -> set[str]:
    of_factors = {part for row in _rows("parameters.csv") for part in PARTS.split(row["scope"])}
    places = {row[column] for row in _rows("regions.csv") for column in ("province_code", "grid_region")} - {""}
    items = {entry["item"] for entry in _toml("metrics.toml").values() if "item" in entry}
    return of_factors | places | items | set(_toml("technologies.toml")) | {"unstated"}


def _realisations() -> set[str]:
    columns = ("realisation_type", "realisation_subtype", "realisation_scope")
    return {row[column] for row in _rows("realisation.csv") for column in columns} - {""}


CODES: Final = {
    "flags": set(_toml("flags.toml")),
    "parameters": set(_toml("parameter_kinds.toml")),
    "readings": {*_toml("metrics.toml"), *_toml("physical_indicators.toml")},
    "scopes": _scopes(),
    "realisations": _realisations(),
}


@pytest.mark.parametrize("kind", CODES)
def test_every_code_has_its_names_and_no_name_is_left_over(kind: str) -> None:
    assert set(NAMES[kind]) == CODES[kind]


@pytest.mark.parametrize("kind", CODES)
def test_a_chinese_name_is_chinese_and_an_english_one_english(kind: str) -> None:
    for code, (zh, en) in NAMES[kind].items():
        assert CHINESE.search(zh), code
        assert set(re.findall("[A-Za-z]{2,}", zh)) <= ABBREVIATION, code
        assert not CHINESE.search(en), code
        assert "_" not in zh + en, code


def test_a_scope_of_two_parts_is_named_by_both_and_a_projects_by_the_projects_name() -> None:
    zh, en = Names("zh", PROJECTS), Names("en")
    assert zh.scope("Central/solar") == "华中电网，光伏发电"
    assert en.scope("Central/solar") == "Central China grid, Solar PV"
    assert zh.scope("P-GX-BOILER") == "广信区天然气替代项目"
    assert en.scope("P-GX-BOILER") == "P-GX-BOILER"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("grid_om_ef [Central] 自 2019-01-01", "区域电网电量边际排放因子 [华中电网] 自 2019-01-01"),
        ("P-GX-BOILER: electricity_supplied 自 2025-07-01", "广信区天然气替代项目: 净上网电量 自 2025-07-01"),
        ("baseline_boiler_efficiency [P-GX-BOILER]", "被替代锅炉热效率 [广信区天然气替代项目]"),
        ("第 3 页，表 2-1，GB/T 2589-2020", "第 3 页，表 2-1，GB/T 2589-2020"),
        ("P-OTHER：项目自报年度数", "P-OTHER：项目自报年度数"),
    ],
)
def test_codes_in_a_text_become_names_and_all_else_stays(text: str, named: str) -> None:
    assert Names("zh", PROJECTS).worded(text) == named
