"""Metrics whose kind or item contradicts their name."""

from pathlib import Path

import pytest

from tests.unit.flows.reference.checks.edits import edited, faults_in

SLIPS = {
    "a fuel": (
        'item = "diesel"',
        'item = "lpg"',
        "[diesel_consumed] item: 'lpg' is not the item that its name means; write diesel",
    ),
    "a species": (
        'item = "chinese_fir"',
        'item = "masson_pine"',
        "[standing_volume_change_chinese_fir] item: 'masson_pine'",
    ),
    "a harvest": ('item = "early_rice"', 'item = "late_rice"', "[early_rice_area] item: 'late_rice'"),
}


@pytest.mark.parametrize(("old", "new", "words"), SLIPS.values(), ids=SLIPS)
def test_an_item_that_contradicts_the_name_of_its_metric_is_one_error(
    folder: Path, old: str, new: str, words: str
) -> None:
    edited(old, new, "metrics.toml")(folder)
    (fault,) = faults_in(folder)
    assert words in fault
