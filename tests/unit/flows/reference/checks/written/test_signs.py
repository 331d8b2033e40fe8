"""Signs between names that nothing reads as such."""

from pathlib import Path

import pytest

from tests.unit.flows.reference.checks.edits import edited, faults_in

SLIPS = {
    "a wide bar in a cell": (
        "regions.csv",
        "江西省|",
        "江西省｜",
        "row 15, column aliases: '江西省｜Jiangxi Province' holds U+FF5C (fullwidth vertical line) at position 4",
    ),
    "a broken bar in a cell": (
        "regions.csv",
        "江西省|",
        "江西省¦",
        "holds U+00A6 (broken bar) at position 4; write | between two names of a cell",
    ),
    "a comma of lists in a cell": (
        "regions.csv",
        "江西省|",
        "江西省、",
        "'江西省、Jiangxi Province' holds 、 between names; write | between two of them",
    ),
    "a wide bar in a list": (
        "headers.toml",
        '"projects", "project"',
        '"projects", "project｜proj"',
        "[tables] projects: 'project｜proj' holds U+FF5C",
    ),
    "a bar in a list": (
        "headers.toml",
        '"projects", "project"',
        '"projects", "project|proj"',
        "[tables] projects: 'project|proj' holds | between names; write each as a text of its own",
    ),
    "a comma in a list": (
        "metrics.toml",
        'aliases = ["节电量"]',
        'aliases = ["节电量、省电量"]',
        "aliases: '节电量、省电量' holds 、 between names; write each as a text of its own",
    ),
}


@pytest.mark.parametrize(("name", "old", "new", "words"), SLIPS.values(), ids=SLIPS)
def test_names_parted_by_another_sign_are_one_error(folder: Path, name: str, old: str, new: str, words: str) -> None:
    edited(old, new, name)(folder)
    (fault,) = faults_in(folder)
    assert fault.startswith(name)
    assert words in fault
