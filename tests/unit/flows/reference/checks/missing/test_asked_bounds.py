"""Limits by which a check judges."""

from pathlib import Path

import pytest

from tests.unit.flows.reference.checks.edits import edited, faults_in

SLIPS = {
    "a refusal that became a question": (
        "bounds.csv",
        "hours_over_period,*,,ratio,0,none,none,none,none,1,",
        "hours_over_period,*,,ratio,0,none,none,1,none,none,",
        "column impossible_above: none, and hours_over_period judges '*' by it; write the limit",
    ),
    "a limit of months": (
        "bounds.csv",
        "month_over_peers,hydro,,ratio,none,0.02,0.2,4,9,none,",
        "month_over_peers,hydro,,ratio,none,0.02,0.2,4,none,9,",
        "row 215, column implausible_above: none, and month_over_peers judges 'hydro' by it; write the limit",
    ),
}


@pytest.mark.parametrize(("name", "old", "new", "words"), SLIPS.values(), ids=SLIPS)
def test_a_limit_that_is_none_lets_nothing_pass_unseen(folder: Path, name: str, old: str, new: str, words: str) -> None:
    edited(old, new, name)(folder)
    (fault,) = faults_in(folder)
    assert fault.startswith(name)
    assert words in fault


def test_what_a_check_does_not_judge_has_no_limits(folder: Path) -> None:
    """Rivers run dry: hydro is judged by the length of the run, not by how steep it is."""
    edited(
        "steep_run,hydro,,ratio,none,none,none,none,none,",
        "steep_run,hydro,,ratio,none,none,none,none,9,",
        "bounds.csv",
    )(folder)
    assert faults_in(folder) == []
