"""A figure in a method's prose is what a worked case comes to or what is on file, or has a place of its own."""

import json
import re
from pathlib import Path
from typing import Final

import polars as pl
import polars.selectors as cs
import pytest

from flows.pages.cases import cases_of
from flows.pages.method_pages import BLOCK, PAGES
from flows.pages.printed_cases import WorkedCase
from flows.reference.checks.missing.needed import needs_of
from flows.reference.methods import FOLDERS
from tests.makers import reference
from tests.rules.methods.worked_numbers import figures_in, is_among, worked_in
from transforms.factors.derived_parameters import derivations, with_derived
from transforms.methods.catalog import EDITIONS

ROOT: Final = PAGES.parents[1]
PROSE: Final = {name: folder / "page.md" for name, folder in FOLDERS.items()} | {
    path.stem: path for path in PAGES.glob("*.md") if path.stem not in FOLDERS
}
GOLDEN: Final = json.loads((ROOT / "tests" / "golden" / "cases.json").read_text(encoding="utf-8"))
STOCK: Final = "the stock of a county, published; this program works no tonnes out of one survey"
BY_DAYS: Final = "an annual figure by days: test_project_months.py"
ELSEWHERE: Final = {
    ("afforestation", "11.05"): STOCK,
    ("forest_stock_change", "11.05"): STOCK,
    **{
        ("forest_stock_change", figure): "from the factors on file, the test below"
        for figure in ("1.19", "1.12", "1.62", "2.30", "1.52", "1.65", "1.83")
    },
    ("air_source_heat_pump", "1,300"): "a warming potential on no file, which a project states",
    ("air_source_heat_pump", "3,170"): "a warming potential on no file, which a project states",
    ("air_source_heat_pump", "1,923.5"): "half of each of two of them",
    ("electric_farm_machinery", "2.60"): "a litre of diesel, the test below",
    ("electric_farm_machinery", "8,680"): "published claim of two service centres",
    ("electric_farm_machinery", "200,000"): "published claim of two service centres",
    ("electric_farm_machinery", "43.4"): "the one over the other",
    ("fertilizer_n2o", "46"): "the nitrogen of urea",
    ("fertilizer_n2o", "0.0026"): "published range",
    ("fertilizer_n2o", "0.022"): "published range",
    ("fuel_combustion", "3.67"): "44/12, as it is not rounded",
    ("fuel_combustion", "16"): "by how much two published sets differ, the test below",
    ("grid_renewable", "0.090"): "CDM, from memory: the factor of a reservoir",
    ("grid_renewable_coal_rate", "0.84"): "by a published coal rate that is not on file",
    ("grid_renewable_coal_rate", "2.28"): "published pairs",
    ("grid_renewable_coal_rate", "2.52"): "published pairs",
    ("grid_renewable_coal_rate", "259,900"): "published in a green bond report",
    ("grid_renewable_coal_rate", "105,500"): "published in a green bond report",
    ("manure_biogas", "21.0"): "a version of AMS-III.D",
    ("manure_biogas", "72,371"): "published by a poultry farm in Shandong",
    ("none", "1,710.2"): "a number for the example",
    ("reported", "3,660"): BY_DAYS,
    ("reported", "310"): BY_DAYS,
    ("reported", "310.85"): BY_DAYS,
    ("reported_removals", "60"): "a bound of bounds.csv, for a hectare",
    ("reported_removals", "365"): "test_forests.py",
    ("reported_removals", "0.73"): "test_forests.py",
    ("reported_removals", "182.5"): "test_forests.py",
    ("steam_heating_default_factor", "81"): "the default over coal's factor, the test below",
    ("steam_heating_standard_coal", "2.28"): "published pairs",
    ("steam_heating_standard_coal", "2.52"): "published pairs",
    ("transition_intensity", "1,296"): "published news of a loan",
    ("transition_intensity", "0.22"): "published news of a loan",
}
"""Figures that no case comes to, by page, and where they are from."""


def figures(page: str) -> list[str]:
    """Every figure of a page's prose, as written."""
    return figures_in(BLOCK.sub("", PROSE[page].read_text(encoding="utf-8")))


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


QUOTED: Final = {
    "bamboo": {"biomass_per_area"},
    "fuel_combustion": {"fuel_ncv", "fuel_ef", "fuel_carbon_content", "fuel_oxidation"},
    "grid_renewable_coal_rate": {"grid_cm_ef"},
    "steam_heating_standard_coal": {"standard_coal_heat"},
}
"""Factors on file that a page names beside those of its formula."""


def parameters_of(page: str) -> set[str]:
    """The parameters that a page's formula takes, in all its editions, and those that they are worked out of."""
    needs = [need for (name, _), method in EDITIONS.items() if name == page for need in needs_of(method)]
    asked = {parameter for need in needs for parameter, _ in need.lookups}
    derived = derivations(reference().parameters).filter(pl.col("parameter_id").is_in(asked))
    return asked | set(derived["from_parameter_id"]) | QUOTED.get(page, set())


def on_file(page: str) -> list[float]:
    """The page's factors and bounds, in per cent and thousandths too, and what a fuel's heat and factor come to."""
    rows = with_derived(reference().parameters).filter(pl.col("parameter_id").is_in(parameters_of(page)))
    values = {(row["parameter_id"], row["scope"]): row["value"] for row in rows.to_dicts()}
    burned = [heat * values["fuel_ef", fuel] for (name, fuel), heat in values.items() if name == "fuel_ncv"]
    limits = reference().bounds.filter(pl.col("method_or_scope") == page).select(cs.float())
    known = [*values.values(), *(value for name in limits.columns for value in limits[name].drop_nulls())]
    return [*(scale * value for value in known for scale in (1, 100, 1000)), *burned]


@pytest.mark.parametrize("page", sorted(PROSE))
def test_a_figure_in_prose_is_one_of_a_case_or_on_file(page: str) -> None:
    text = BLOCK.sub("", PROSE[page].read_text(encoding="utf-8"))
    results = [float(one.result.replace(",", "")) for one in worked_in(text)]  # come out: test_printed_formulas.py
    known = [*worked(page), *results, *on_file(page), *numbers_of(GOLDEN)]
    missing = {figure for figure in figures(page) if not is_among(figure, known)}
    assert missing == {figure for at, figure in ELSEWHERE if at == page}


def factor(parameter_id: str, scope: str) -> float:
    """The value of a row on file, or worked out of others."""
    rows = with_derived(reference().parameters).filter(parameter_id=parameter_id, scope=scope)
    return float(rows["value"].unique().item())


def test_a_figure_that_is_worked_out_of_factors_on_file_is_what_they_come_to() -> None:
    litre = factor("diesel_density", "all") * factor("fuel_ncv", "diesel") * factor("fuel_ef", "diesel")
    coal = factor("fuel_ncv", "bituminous_coal"), factor("fuel_ncv", "bituminous_coal@ndrc_guide")
    boiler = factor("fuel_ef", "bituminous_coal") / factor("heat_ef", "all")
    assert f"{litre:.2f}" == "2.60"
    assert f"{100 * (1 - coal[0] / coal[1]):.0f}" == "16"
    assert f"{100 * boiler:.0f}" == "81"


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
        ("with η_BL 0.75 it is 4,117.21 t; with", ["0.75", "4,117.21"]),
        ("saves **998.31** t", ["998.31"]),
        ("33,700 x 0.198356 = **6,684.60**", ["33,700", "0.198356", "6,684.60"]),
        ("of 279,065 t +- 77 % in 2025, 8 % and 120 to 300 million", ["279,065", "77", "8", "120", "300"]),
        ("2,400 +- 1.96 x 123.158, 23 kWh a GJ", ["2,400", "1.96", "123.158", "23"]),
        ("since 2023-11, ADR 0014, `0.5`, [1](adr/0.1.md), 15/30, 16 June, tCO2/MWh", []),
        ("12 million tonnes", ["12"]),
        ("减排 421.58 吨", ["421.58"]),
        ("10 t/h, GB/T 32150, 3 times", []),
    ],
)
def test_a_figure_is_found_however_it_is_written(
    prose: str, found: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text(prose, encoding="utf-8")
    monkeypatch.setitem(PROSE, "steam_heating", page)
    assert figures("steam_heating") == found


def test_a_figure_that_no_case_comes_to_is_found() -> None:
    assert is_among("5,687.33", worked("steam_heating"))
    assert not is_among("5,687.34", worked("steam_heating"))
