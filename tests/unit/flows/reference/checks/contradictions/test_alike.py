"""Rows of a parameter that are unlike the others: in their days, or in their size."""

from pathlib import Path

import pytest

from tests.unit.flows.reference.checks.edits import Edit, edited, faults_in, without

LAST = "grid_ef,CN-JX,0.5836,tCO2/MWh,2023-01-01,2026-12-31,"
SECOND = "grid_ef,CN-JX,0.5752,tCO2/MWh,2022-01-01,2022-12-31,"
FIRST = "grid_ef,CN-JX,0.5835,tCO2/MWh,2021-01-01,2021-12-31,"
RESTORE = (
    "and 37 other scopes have one; restore it, or list 'CN-JX' in unlike_others of [grid_ef], parameter_kinds.toml"
)

SLIPS: dict[str, tuple[Edit, str]] = {
    "the row in force is gone": (
        without(LAST),
        f"parameters.csv: no row of grid_ef for CN-JX from 2023-01-01 to 2026-12-31, {RESTORE}",
    ),
    "a row between two others is gone": (
        without(SECOND),
        f"parameters.csv: no row of grid_ef for CN-JX from 2022-01-01 to 2022-12-31, {RESTORE}",
    ),
    "the first row is gone": (
        without(FIRST),
        f"parameters.csv: no row of grid_ef for CN-JX from 2021-01-01 to 2021-12-31, {RESTORE}",
    ),
    "a row ends early": (
        edited(LAST, LAST.replace("2026-12", "2025-12")),
        "row 46, column valid_to: 'grid_ef, CN-JX' holds from 2023-01-01 to 2025-12-31, and 37 other scopes of grid",
    ),
    "a row ends a century late": (
        edited(LAST, LAST.replace("2026-12", "2126-12")),
        "row 46, column valid_to: 'grid_ef, CN-JX' holds from 2023-01-01 to 2126-12-31, and 37 other",
    ),
    "a row begins a century early": (
        edited(FIRST, FIRST.replace("2021-01", "1921-01")),
        "row 44, column valid_from: 'grid_ef, CN-JX' holds from 1921-01-01 to 2021-12-31, and 37 other",
    ),
    "a row begins late": (
        edited(SECOND, SECOND.replace("2022-01-01", "2022-03-01")),
        "row 45, column valid_from: 'grid_ef, CN-JX' holds from 2022-03-01 to 2022-12-31, and 37 other",
    ),
    "a row of a published set begins early": (
        edited("fuel_ncv,lng@ndrc_guide,41.868,GJ/t,2020-01-01", "fuel_ncv,lng@ndrc_guide,41.868,GJ/t,1920-01-01"),
        "column valid_from: 'fuel_ncv, lng@ndrc_guide' holds from 1920-01-01 to 2030-12-31, and 10 other scopes",
    ),
    "a row is that of a province without one": (
        edited(SECOND, SECOND.replace("CN-JX", "CN-XZ")),
        "no row of grid_ef for CN-JX from 2022-01-01 to 2022-12-31, and 37 other scopes have one",
    ),
    "a row has the name of another": (
        edited(SECOND, SECOND.replace("CN-JX", "CN-GX")),
        "rows 45 and 63, column parameter_id: 'grid_ef, CN-GX' has two rows for the same days",
    ),
    "a row has a name misspelt": (
        edited(SECOND, SECOND.replace("CN-JX", "CN-JXX")),
        "parameters.csv, row 45, column scope: 'CN-JXX' is not in metrics.toml",
    ),
    "a weight has a name misspelt": (
        edited("bm_weight,solar,", "bm_weight,salar,"),
        "parameters.csv, row 137, column scope: 'salar' is not in metrics.toml",
    ),
    "the point of an edition slipped": (
        edited(SECOND, SECOND.replace("0.5752", "0.05752")),
        "parameters.csv, row 45, column value: '0.05752' tCO2/MWh is far from 0.5835 to 0.5836 tCO2/MWh, the other",
    ),
    "the point of a scope slipped": (
        edited("grid_om_ef,Central,0.8587,", "grid_om_ef,Central,0.08587,"),
        "column value: '0.08587' tCO2/MWh is far from 0.7921 to 1.083 tCO2/MWh, the other rows of grid_om_ef;",
    ),
    "the point of one of three scopes slipped": (
        edited("n2o_direct_ef,ipcc_2019_synthetic_wet,0.016,", "n2o_direct_ef,ipcc_2019_synthetic_wet,0.0016,"),
        "column value: '0.0016' ratio is far from 0.01 to 0.0109 ratio, the other rows of n2o_direct_ef;",
    ),
    "the key of scopes that are unlike the others is misspelt": (
        edited("unlike_others =", "unlike_other =", "parameter_kinds.toml"),
        "[standard_coal_coefficient] unlike_other: this key is not known, nearest is 'unlike_others'; correct it",
    ),
    "a scope that is listed as unlike the others has no row": (
        edited('unlike_others = ["heat_and_steam"]', 'unlike_others = ["heat_and_stem"]', "parameter_kinds.toml"),
        "parameter_kinds.toml, [tce_ef] unlike_others: 'heat_and_stem' has no row in parameters.csv; restore",
    ),
}


@pytest.mark.parametrize(("edit", "words"), SLIPS.values(), ids=SLIPS)
def test_it_is_one_error(folder: Path, edit: Edit, words: str) -> None:
    edit(folder)
    (fault,) = faults_in(folder)
    assert words in fault


def test_the_days_of_the_others_and_what_to_do_are_named(folder: Path) -> None:
    edited(LAST, LAST.replace("2026-12", "2025-12"))(folder)
    (fault,) = faults_in(folder)
    days = "and 37 other scopes of grid_ef hold from 2023-01-01 to 2026-12-31"
    assert f"{days}; correct the day, or list 'CN-JX' in unlike_others of [grid_ef], parameter_kinds.toml" in fault


def test_a_value_that_is_far_off_is_to_be_compared_with_its_source(folder: Path) -> None:
    edited(SECOND, SECOND.replace("0.5752", "0.05752"))(folder)
    (fault,) = faults_in(folder)
    source = "the other rows of grid_ef for CN-JX; compare it with mee_nbs_grid_2022, provincial table, 江西"
    assert f"{source}; where it is printed so, list 'CN-JX' in unlike_others of [grid_ef]" in fault


def test_two_scopes_that_end_early_are_two_errors(folder: Path) -> None:
    edited(LAST, LAST.replace("2026-12", "2025-12"))(folder)
    without("grid_ef,CN-GX,0.4044", "parameters.csv")(folder)
    assert len(faults_in(folder)) == 2


@pytest.mark.parametrize("edit", [without(LAST), edited(LAST, LAST.replace("0.5836", "0.05836"))])
def test_a_scope_that_is_unlike_the_others_is_listed_so(folder: Path, edit: Edit) -> None:
    edit(folder)
    edited("[grid_ef]\n", '[grid_ef]\nunlike_others = ["CN-JX"]\n', "parameter_kinds.toml")(folder)
    assert faults_in(folder) == []


def test_what_is_to_be_listed_of_a_published_set_is_its_scope_alone_and_that_is_enough(folder: Path) -> None:
    """A row that follows: the days of `natural_gas@provincial_guide_2025` are two spans, those of other fuels one."""
    lines = (folder / "parameters.csv").read_text(encoding="utf-8").splitlines()
    row = next(line for line in lines if line.startswith("fuel_ncv,natural_gas@provincial_guide_2025,"))
    first, second = row.replace("2030-12-31", "2026-12-31"), row.replace("2020-01-01", "2027-01-01")
    edited(row, f"{first}\n{second}")(folder)
    (fault, *_) = faults_in(folder)
    assert "list 'natural_gas' in unlike_others of [fuel_ncv], parameter_kinds.toml" in fault
    edited("[fuel_ncv]\n", '[fuel_ncv]\nunlike_others = ["natural_gas"]\n', "parameter_kinds.toml")(folder)
    assert faults_in(folder) == []


def test_a_scope_with_a_band_of_its_own_is_judged_by_that(folder: Path) -> None:
    """Poultry leaves a hundredth of what cattle does."""
    edited('unlike_others = ["poultry"]\n', "", "parameter_kinds.toml")(folder)
    assert faults_in(folder) == []


def test_a_gap_within_a_scope_without_others_is_named(folder: Path) -> None:
    line = "grid_residual_ef,CN,0.5856,tCO2/MWh,2022-01-01"
    edited(line, line.replace("2022-01-01", "2022-03-01"))(folder)
    (fault,) = faults_in(folder)
    assert "column valid_from: 'grid_residual_ef, CN' has no row from 2022-01-01 to 2022-02-28; add it, or" in fault


@pytest.mark.parametrize(("old", "new", "column"), [("1.037", "10.37", "p90_ratio"), ("0.604", "0.0104", "p10_ratio")])
def test_a_quantile_that_slipped_by_a_point_is_one_error(folder: Path, old: str, new: str, column: str) -> None:
    edited(old, new, "realisation.csv")(folder)
    (fault,) = faults_in(folder)
    assert fault.startswith(f"realisation.csv, row 2, column {column}: '{new}' is far from ")


def test_a_row_that_is_gone_accuses_no_other_of_its_size(folder: Path) -> None:
    """Without the 15 % of an estimate, the 40 % of a survey are eight times the next."""
    without("reading_uncertainty,estimate")(folder)
    (fault,) = faults_in(folder)
    assert fault.startswith("parameter_kinds.toml, [reading_uncertainty] scopes: 'estimate' has no row")
