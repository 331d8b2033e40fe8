"""Names within entries that no table knows."""

from pathlib import Path

import pytest

from tests.unit.flows.reference.checks.edits import Edit, edited, faults_in

FAULTS = {
    "a bound like itself": (
        edited('like = "heat"', 'like = "burned"', "outputs.toml"),
        "outputs.toml, [bounds.burned] like: 'burned' has no spellings of its own; write one that has: electric, heat",
    ),
    "a bound like one without a unit": (
        edited('like = "heat"', 'like = "clock"', "outputs.toml"),
        "outputs.toml, [bounds.burned] like: 'clock' has no spellings of its own",
    ),
    "a rule that is nowhere": (
        edited('rule = "capacity_factor_above_1"', 'rule = "no_such_rule"', "outputs.toml"),
        "[bounds.electric] rule: 'no_such_rule' is not the rule of electricity_over_capacity",
    ),
    "a grid that no margin knows": (
        edited("Beijing,North,", "Beijing,Nortern,", "regions.csv"),
        "regions.csv, row 2, column grid_region: 'Nortern' is not in the scopes of grid_bm_ef, grid_om_ef",
    ),
    "no grid": (edited("Beijing,North,", "Beijing,,", "regions.csv"), "row 2, column grid_region: empty"),
}


@pytest.mark.parametrize(("edit", "words"), FAULTS.values(), ids=FAULTS)
def test_a_name_that_is_nowhere_is_one_error(folder: Path, edit: Edit, words: str) -> None:
    edit(folder)
    (fault,) = faults_in(folder)
    assert words in fault
