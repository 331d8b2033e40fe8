"""`greenloan preview`: what another factor would do is what the night does to which it is delivered."""

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.integration.program import SAMPLE_BOOK, Answer, Home

HEADER: Final = "parameter_id,scope,value,unit,valid_from,valid_to,source,locator,relative_uncertainty_pct,description"
AUTHORITY: Final = '[senders.pboc_register]\nauthority = ["parameters", "fx", "natural_resources"]\n'
REGISTER: Final = "pboc_register/parameters.csv"
ISSUED: Final = {"crf": "2025Q4", "pcaf": "2025", "annual": "2025"}
KEYS: Final = {"portfolio": "portfolio", "lender": "lender", "project": "project_id"}


def asked(home: Home, *arguments: str) -> Answer:
    return home.ask("preview", *arguments)


def previewed(home: Home, *arguments: str) -> dict[str, Any]:
    answer = asked(home, *arguments, "--format", "json")
    assert answer.code == 0, answer.err
    return dict(answer.json)


def issue_yearly(home: Home) -> None:
    for report in ("pcaf", "annual"):
        issued = home.ask("disclose", "--report", report, "--period", ISSUED[report], "--lang", "en")
        assert issued.code == 0, issued.err


def printed(home: Home, reports: set[str]) -> dict[str, str]:
    """The numbers of the newest English editions by code."""
    rows = home.rows(
        "SELECT report, receipt_code AS code, printed_text AS text FROM ops.edition_figures "
        "JOIN ops.editions USING (report, period, document_name, edition_number) WHERE lang = 'en' "
        "QUALIFY edition_number = max(edition_number) OVER (PARTITION BY document_name)"
    )
    return {row["code"]: row["text"] for row in rows if row["report"] in reports}


def attributed(home: Home, level: str) -> dict[str, float | None]:
    rows = home.figures("2025-10-01", "2025-12-31", "monthly_matched", level)["rows"]
    return {"" if level == "portfolio" else row[KEYS[level]]: row["attributed_reductions_tco2e"] for row in rows}


def assert_is_the_night(answer: dict[str, Any], home: Home, reports: set[str]) -> None:
    for level in KEYS:
        figures = {one["subject"]: one["previewed_tco2e"] for one in answer["figures"] if one["level"] == level}
        night = attributed(home, level)
        assert without_figure(figures) == without_figure(night)
        assert with_figure(figures) == pytest.approx(with_figure(night), rel=1e-9, abs=1e-9)
    listed = [one for one in answer["printed"] if one["report"] in reports and one["previewed"] is not None]
    numbers = {one["code"]: one["previewed"] for one in listed}
    assert set(numbers.items()) ^ set(printed(home, reports).items()) == set()
    assert {one["report"] for one in answer["printed"] if one["code"] in numbers} == reports


def with_figure(figures: dict[str, float | None]) -> dict[str, float]:
    return {name: tonnes for name, tonnes in figures.items() if tonnes is not None}


def without_figure(figures: dict[str, float | None]) -> set[str]:
    return {name for name, tonnes in figures.items() if tonnes is None}


def figure(answer: dict[str, Any], subject: str) -> dict[str, Any]:
    (one,) = (one for one in answer["figures"] if one["subject"] == subject)
    return dict(one)


def moved(answer: dict[str, Any], level: str) -> set[str]:
    return {one["subject"] for one in answer["figures"] if one["level"] == level and one["is_moved"]}


proof = pytest.mark.proof
"""A night each: two of the default run are of a factor in a sum and of one in a denominator."""


@pytest.fixture(scope="module")
def issued_home(sample_home: Home, new_home: Callable[[str], Home]) -> Home:
    """The sample book with its yearly documents on record, whose register is the authority for factors."""
    home = sample_home.copied_to(new_home("issued"))
    (home.root / "greenloan.toml").write_text(AUTHORITY, encoding="utf-8")
    issue_yearly(home)
    home.nightly()
    return home


@pytest.mark.parametrize(
    ("parameter", "scope", "value", "unit"),
    [
        pytest.param("grid_om_ef", "Central", 0.812345678901, "tCO2/MWh", marks=proof, id="margin of a grid"),
        pytest.param("fuel_ncv", "bituminous_coal", 21.123456789012, "GJ/t", id="calorific value"),
        pytest.param("baseline_boiler_efficiency", "P-YG-STEAM", 0.71234567890123, "ratio", id="boiler efficiency"),
        pytest.param("grid_cm_ef", "P-PY-PV", 0.612345678901, "tCO2/MWh", marks=proof, id="a project's own margin"),
    ],
)
def test_a_preview_is_what_the_night_publishes(  # noqa: PLR0917 - a factor, all of its row
    issued_home: Home, tmp_path: Path, parameter: str, scope: str, value: float, unit: str
) -> None:
    answer = previewed(issued_home, parameter, f"{scope}={value}")
    assert moved(answer, "portfolio") == {""}
    (row,) = answer["as_delivered"]
    days = f"{row['valid_from']},{row['valid_to']}"
    home = issued_home.copied_to(Home(tmp_path))
    home.deliver("pboc_register/more.csv", f"{HEADER}\n{parameter},{scope},{value},{unit},{days},illustrative,,,\n")
    home.nightly()
    assert_is_the_night(answer, home, {"crf"})
    assert {one["report"] for one in answer["printed"]} == set(ISSUED)


@proof
def test_yearly_documents_print_what_was_previewed_of_them(issued_home: Home, tmp_path: Path) -> None:
    answer = previewed(issued_home, "fuel_carbon_content", "bituminous_coal=0.0251234567890123")
    row = "fuel_carbon_content,bituminous_coal,0.0251234567890123,tC/GJ,2020-01-01,2030-12-31"
    home = issued_home.copied_to(Home(tmp_path))
    home.deliver("pboc_register/more.csv", f"{HEADER}\n{row},illustrative,,,\n")
    home.nightly()
    issue_yearly(home)
    home.nightly()
    assert {one["report"] for one in answer["printed"] if one["is_moved"]} >= {"pcaf", "annual"}
    assert_is_the_night(answer, home, set(ISSUED))


def test_a_value_from_a_month_on_is_what_a_night_from_nothing_publishes(sample_home: Home, home: Home) -> None:
    """Efficiency of the boilers that P-WN-STEAM replaced: 0.75 up to October 2025, and 0.8 since."""
    answer = previewed(sample_home, "baseline_boiler_efficiency", "P-WN-STEAM=0.8", "--from", "2025-11-01")
    assert moved(answer, "project") == {"P-WN-STEAM"}
    assert any("END IT FIRST" in note for note in answer["notes"])
    shutil.copytree(SAMPLE_BOOK, home.inbox)
    rows = (SAMPLE_BOOK / REGISTER).read_text(encoding="utf-8")
    row = "baseline_boiler_efficiency,P-WN-STEAM,0.75,ratio,2020-01-01,2030-12-31"
    assert row in rows
    split = rows.replace(row, row.replace("2030-12-31", "2025-10-31"))
    home.deliver(REGISTER, split + row.replace("0.75", "0.8").replace("2020-01-01", "2025-11-01") + ",test,,,\n")
    home.nightly()
    assert_is_the_night(answer, home, {"crf"})
    before = previewed(sample_home, "baseline_boiler_efficiency", "P-WN-STEAM=0.8", "--until", "2025-09-30")
    assert moved(before, "project") == set()
    assert {one["until"] for one in (before,)} == {"2025-09-30"}


def test_the_value_on_file_moves_no_tonne(sample_home: Home) -> None:
    answer = previewed(sample_home, "grid_om_ef", "Central=0.8587")
    assert not any("END IT FIRST" in note for note in answer["notes"])
    assert not any(moved(answer, level) for level in KEYS)
    assert len(answer["projects_using"]) == 16


def test_differences_are_those_of_the_formula(sample_home: Home) -> None:
    """A solar plant's margin is 0.75 of the operating one: 0.1 t/MWh less of it are 0.075 t for each MWh."""
    answer = previewed(sample_home, "grid_om_ef", "Central=0.7587", "--period", "2025")
    plant = figure(answer, "P-PY-PV")
    ratio = plant["previewed_tco2e"] / plant["published_tco2e"]
    margin = 0.75 * 0.8587 + 0.25 * 0.2854
    assert ratio == pytest.approx((margin - 0.075) / margin, rel=1e-9)


def test_a_factor_of_its_own_hides_that_of_the_region(sample_home: Home, home: Home) -> None:
    """P-YG-STEAM states its boilers' efficiency, so that a new one of P-WN-STEAM leaves it as it is."""
    answer = previewed(sample_home, "baseline_boiler_efficiency", "P-WN-STEAM=0.8")
    assert answer["projects_using"] == ["P-WN-STEAM"]
    assert not figure(answer, "P-YG-STEAM")["is_moved"]


def test_nothing_is_written(sample_home: Home) -> None:
    def there() -> dict[Path, float]:
        return {path: path.stat().st_mtime_ns for path in sample_home.root.rglob("*")}

    before = there()
    previewed(sample_home, "fuel_ncv", "bituminous_coal=21")
    assert there() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["grid_om_eff", "Central=0.8"], "nearest: grid_om_ef"),
        (["grid_om_ef", "Centrall=0.8"], "nearest: Central"),
        (["grid_om_ef", "Central=0.8t"], "a number in tCO2/MWh"),
        (["grid_om_ef", "Central=nan"], "a number in tCO2/MWh"),
        (["grid_om_ef", "0.8"], "a scope and a number"),
        (["grid_om_ef", "Central=85.87"], "0.005 to 1.35 tCO2/MWh is plausible"),
        (["grid_om_ef", "Central=0.8", "--unit", "m3"], "unit 'm3' does not fit grid_om_ef"),
        (["gwp_n2o", "all=270"], "is a constant"),
        (["grid_om_ef", "Central=0.8", "--from", "2025-07-15"], "2025-07-01"),
        (["grid_om_ef", "Central=0.8", "--until", "2025-07-15"], "2025-07-31"),
        (["grid_om_ef", "Central=0.8", "--from", "2025-07-01", "--until", "2025-06-30"], "swap them"),
        (["grid_om_ef", "Central=0.8", "--from", "2099-01-01"], "knows anything"),
        (["grid_om_ef", "Central=0.8", "--until", "2018-12-31"], "0.8587: 2019-01-01 .. 2026-12-31"),
        (["grid_om_ef", "North=0.9"], "formulas take: Central"),
        (["grid_om_ef", "Central=0.8", "--period", "2099"], "name an earlier one"),
        (["grid_om_ef", "Central=0.8", "--profile", "nobody"], "pcaf_avoided"),
    ],
)
def test_what_no_night_would_take_is_refused_with_what_there_is(
    sample_home: Home, arguments: list[str], words: str
) -> None:
    answer = asked(sample_home, *arguments)
    assert answer.code == 2
    assert words in answer.err
    assert "to do:" in answer.err


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_table_is_in_either_language(sample_home: Home, lang: str) -> None:
    answer = asked(sample_home, "grid_om_ef", "Central=0.8", "--lang", lang, "--period", "2025")
    assert answer.code == 0, answer.err
    for words in {"en": ["whole book", "previewed", "printed numbers"], "zh": ["全部贷款", "预览", "所印"]}[lang]:
        assert words in answer.out


def test_csv_has_every_figure_and_every_printed_number(sample_home: Home) -> None:
    arguments = ["grid_om_ef", "Central=0.8"]
    answer = asked(sample_home, *arguments, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(answer.out)))
    whole = previewed(sample_home, *arguments)
    assert len(rows) == len(whole["figures"]) + len(whole["printed"])
    assert float(rows[0]["previewed"]) == whole["figures"][0]["previewed_tco2e"]
