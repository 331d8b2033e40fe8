"""Words that decide what becomes of a figure."""

from pathlib import Path

import pytest

from tests.unit.flows.reference.checks.edits import edited, faults_in

SLIPS = {
    "a refusal that became a question": (
        "plausibility.toml",
        'action = "refuse"',
        'action = "flag"',
        "[capacity_factor] action: 'flag' is not the action that the program has fixed for it; write refuse",
    ),
    "a question that became a refusal": (
        "plausibility.toml",
        'action = "flag"',
        'action = "refuse"',
        "[pv_full_load_hours] action: 'refuse' is not the action that the program has fixed for it; write flag",
    ),
    "a check of another kind": (
        "judgements.toml",
        'family = "shape"',
        'family = "level"',
        "[month_over_median] family: 'level' is not the family that the program has fixed for it; write shape",
    ),
    "removals as avoided emissions": (
        "methods.toml",
        'container = "removals"',
        'container = "avoided_emissions"',
        "[reported_removals] container: 'avoided_emissions' is not the container that the program has fixed for it",
    ),
    "avoided emissions as removals": (
        "methods.toml",
        'container = "avoided_emissions"',
        'container = "removals"',
        "[steam_heating] container: 'removals' is not the container that the program has fixed for it",
    ),
    "a formula as a reported figure": (
        "methods.toml",
        'kind = "formula"',
        'kind = "reported"',
        "[steam_heating] kind: 'reported' is not the kind that the program has fixed for it; write formula",
    ),
    "a reported figure as a formula": (
        "methods.toml",
        'kind = "reported"',
        'kind = "formula"',
        "[reported] kind: 'formula' is not the kind that the program has fixed for it; write reported",
    ),
    "no figure as a reported one": (
        "methods.toml",
        'kind = "none"',
        'kind = "reported"',
        "[none] kind: 'reported' is not the kind that the program has fixed for it; write none",
    ),
    "a formula fed with what was verified": (
        "methods.toml",
        'evidence = "energy_activity"',
        'evidence = "verified_reported"',
        "evidence: 'verified_reported' is not what feeds a formula; write one of energy_activity, production_activity",
    ),
    "a rung that the program names": (
        "data_quality.toml",
        "[evidence.verified_reported]",
        "[evidence.verified_report]",
        "[evidence.verified_reported]: missing, and the program names it; restore the section",
    ),
}


@pytest.mark.parametrize(("name", "old", "new", "words"), SLIPS.values(), ids=SLIPS)
def test_a_word_that_the_program_has_fixed_is_not_another_one(
    folder: Path, name: str, old: str, new: str, words: str
) -> None:
    edited(old, new, name)(folder)
    (fault,) = faults_in(folder)
    assert fault.startswith(name)
    assert words in fault
