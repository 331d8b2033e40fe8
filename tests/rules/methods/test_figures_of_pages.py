"""A figure of tonnes in the prose of a method's page is one that a worked case comes to, or has a place of its own."""

import json
import re
from pathlib import Path
from typing import Final

import pytest

from flows.pages.cases import cases_of
from flows.pages.method_pages import BLOCK, PAGES
from flows.pages.printed_cases import WorkedCase
from flows.reference.methods import FOLDERS
from tests.makers import reference
from tests.rules.methods.worked_numbers import worked_in

ROOT: Final = PAGES.parents[1]
PROSE: Final = {name: folder / "page.md" for name, folder in FOLDERS.items()} | {
    path.stem: path for path in PAGES.glob("*.md") if path.stem not in FOLDERS
}
TONNES: Final = re.compile(
    r"(?<![\w.,])(\d[\d,]*(?:\.\d+)?(?: million)?)\**(?= ?(?:t|tonnes|tons|tCO2e?|吨|万吨)(?![\w/]))"
)
GOLDEN: Final = json.loads((ROOT / "tests" / "golden" / "cases.json").read_text(encoding="utf-8"))
ELSEWHERE: Final = {
    ("afforestation", "0.50"): "published projects of Jiangxi, bounds.csv",
    ("afforestation", "25 million"): "the stock of a county, which this program does not work out",
    ("forest_stock_change", "25 million"): "the stock of a county, which this program does not work out",
    ("forest_stock_change", "1.19"): "from the factors on file, the test below",
    ("bamboo", "68.48"): "on file, parameters.csv",
    ("transition_intensity", "1,296"): "published news of a loan",
    ("transition_intensity", "100,000"): "a plan, test_expected_reductions.py",
    ("transition_intensity", "50,000"): "a plan, test_expected_reductions.py",
    ("transition_intensity", "20,000"): "a plan, test_expected_reductions.py",
    ("electric_farm_machinery", "8,680"): "published claim of two service centres",
    ("manure_biogas", "72,371"): "published by a poultry farm in Shandong",
    ("reported", "3,660"): "an annual figure by days: test_project_months.py",
    ("reported", "210"): "an annual figure by days: test_project_months.py",
    ("reported", "310"): "an annual figure by days: test_project_months.py",
    ("reported", "310.85"): "an annual figure by days: test_project_months.py",
    ("reported_removals", "60"): "a bound of bounds.csv, for a hectare",
    ("reported_removals", "365"): "test_forests.py",
    ("reported_removals", "0.73"): "test_forests.py",
    ("reported_removals", "182.5"): "test_forests.py",
    ("grid_renewable_coal_rate", "259,900"): "published in a green bond report",
}
"""Figures that no case comes to, by page, and where they are from."""


def figures(page: str) -> list[str]:
    """Every figure of tonnes of a page's prose, as written."""
    return TONNES.findall(BLOCK.sub("", PROSE[page].read_text(encoding="utf-8")))


def numbers_of(value: object) -> list[float]:
    """Every number inside a value of JSON."""
    match value:
        case bool() | str() | None:
            return []
        case int() | float():
            return [float(value)]
        case dict():
            return [number for inner in value.values() for number in numbers_of(inner)]
        case list():
            return [number for inner in value for number in numbers_of(inner)]
    raise TypeError(value)


def worked(page: str) -> list[float]:
    """What the cases of a page's method are given and come to."""
    found: list[float] = []
    for case in cases_of(page) if page in FOLDERS else ():
        lines = WorkedCase(case, reference()).lines
        found += [*case.readings.values(), *(value for *_, value in case.parameters), *case.expected.values()]
        found += [line.result for line in lines]
    return found


def is_among(written: str, values: list[float]) -> bool:
    """Whether one of the values is the figure, rounded as it is written."""
    digits = len(written.partition(".")[2])
    return any(f"{abs(value):,.{digits}f}" == written for value in values)


@pytest.mark.parametrize("page", sorted(PROSE))
def test_a_figure_of_tonnes_in_prose_is_one_of_a_case(page: str) -> None:
    wanted = [figure for figure in figures(page) if (page, figure) not in ELSEWHERE]
    text = BLOCK.sub("", PROSE[page].read_text(encoding="utf-8"))
    results = [float(one.result.replace(",", "")) for one in worked_in(text)]  # come out: test_printed_formulas.py
    known = [*worked(page), *results, *numbers_of(GOLDEN)] if wanted else []
    assert [figure for figure in wanted if not is_among(figure, known)] == []


@pytest.mark.parametrize(("page", "figure"), ELSEWHERE)
def test_a_figure_from_elsewhere_is_on_its_page(page: str, figure: str) -> None:
    assert figure in figures(page)


def test_the_carbon_of_a_cubic_metre_is_that_of_the_factors_on_file() -> None:
    text = PROSE["forest_stock_change"].read_text(encoding="utf-8")
    sentence = re.search(r"from the factors on file: (.+?)\.\n", text, re.DOTALL)
    assert sentence is not None
    stated = re.findall(r"([A-Za-z][A-Za-z\s-]+?) (\d\.\d\d)", sentence[1].replace("\n", " "))
    assert len(stated) == 8
    rows = reference().parameters.filter(reference().parameters["scope"].str.contains("@").not_())
    on_file = {(row["parameter_id"], row["scope"]): row["value"] for row in rows.to_dicts()}
    for species, tonnes in stated:
        scope = re.sub(r"[\s-]+", "_", species.strip().lower())
        density, expansion, roots, carbon = (
            on_file[name, scope] for name in ("wood_density", "biomass_expansion", "root_shoot", "carbon_fraction")
        )
        assert f"{density * expansion * (1 + roots) * carbon * 44 / 12:.2f}" == tonnes, species


@pytest.mark.parametrize(
    ("prose", "found"),
    [
        ("with η_BL 0.75 it is 4,117.21 t; with", ["4,117.21"]),
        ("saves **998.31** t", ["998.31"]),
        ("12 million tonnes", ["12 million"]),
        ("减排 421.58 吨", ["421.58"]),
        ("0.84 t/MWh, 10 t/h, GB/T 32150, 3 times", []),
    ],
)
def test_a_figure_of_tonnes_is_found(
    prose: str, found: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text(prose, encoding="utf-8")
    monkeypatch.setitem(PROSE, "steam_heating", page)
    assert figures("steam_heating") == found


def test_a_figure_that_no_case_comes_to_is_found() -> None:
    assert is_among("5,687.33", worked("steam_heating"))
    assert not is_among("5,687.34", worked("steam_heating"))
