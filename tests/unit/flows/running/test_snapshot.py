"""The snapshot id changes with each thing that the glossary says it covers, and with nothing else."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import pytest

from flows.home.settings import CHECKOUT
from flows.landing.receptions import Reception
from flows.running.run_record import DECIDING, deciding_files, snapshot_id

NIGHT: Final = dt.datetime(2026, 1, 2, 18, tzinfo=dt.UTC)
GLOSSARY: Final = next(
    line
    for line in (CHECKOUT / "docs" / "glossary.md").read_text("utf-8").splitlines()
    if line.startswith("| snapshot |")
)
COVERED: Final = re.findall(r"`([\w/*.]+/[\w*.]+|requirements\.lock)`", GLOSSARY.partition("It does not cover")[0])


@dataclass
class Inputs:
    """What a night works from, in a checkout of one file a part."""

    checkout: Path
    receptions: list[Reception]
    known_at: dt.datetime = NIGHT
    authorities: dict[str, list[str]] = field(default_factory=lambda: {"fx": ["pboc"]})

    @property
    def id(self) -> str:
        tables = sorted((self.checkout / "data" / "reference").iterdir())
        decided_by = deciding_files(tables, self.checkout)
        return snapshot_id(self.receptions, decided_by, self.known_at, self.authorities)


def file_of(pattern: str) -> str:
    """A file that the pattern covers, folders deep."""
    return pattern.replace("**/", "deep/er/").replace("*.", "some.")


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    for pattern in [*COVERED, "reports/*.py", "flows/gates/judged.py", "docs/*.md"]:
        path = tmp_path / file_of(pattern)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1", encoding="utf-8")
    first = Reception("loans.csv", "icbc", "a" * 64, 9, (NIGHT - dt.timedelta(days=1)).isoformat(), 1)
    return Inputs(tmp_path, [first, replace(first, name="ledger.csv", digest="b" * 64, number=2)])


def changed(**anew: object) -> Callable[[Inputs], None]:
    def change(inputs: Inputs) -> None:
        inputs.receptions[1] = replace(inputs.receptions[1], **anew)

    return change


CHANGES: Final[dict[str, Callable[[Inputs], None]]] = {
    "the number of a reception": changed(number=3),
    "its moment": changed(received_at=(NIGHT - dt.timedelta(hours=1)).isoformat()),
    "its name": changed(name="ledger_2.csv"),
    "its sender": changed(sender_folder="abc"),
    "its bytes": changed(digest="c" * 64),
    "one reception less": lambda inputs: inputs.receptions.pop() and None,
    "the moment up to which the run knows": lambda inputs: setattr(inputs, "known_at", NIGHT + dt.timedelta(seconds=1)),
    "a file that is declared lost": lambda inputs: inputs.authorities.update(lost=["b" * 64]),
    "an authority": lambda inputs: inputs.authorities.update(parameters=["pboc"]),
}


def test_the_glossary_names_the_parts_of_the_program_and_the_reference_tables() -> None:
    assert sorted(COVERED) == sorted([*DECIDING, "data/reference/*.csv", "data/reference/*.toml"])


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_each_input_changes_the_id(inputs: Inputs, change: Callable[[Inputs], None]) -> None:
    before = inputs.id
    change(inputs)
    assert inputs.id != before


@pytest.mark.parametrize("pattern", COVERED)
def test_each_file_that_the_glossary_names_changes_the_id(inputs: Inputs, pattern: str) -> None:
    before = inputs.id
    (inputs.checkout / file_of(pattern)).write_text("x = 2", encoding="utf-8")
    assert inputs.id != before


@pytest.mark.parametrize("name", ["reports/some.py", "flows/gates/judged.py", "docs/some.md"])
def test_what_only_prints_or_judges_does_not(inputs: Inputs, name: str) -> None:
    before = inputs.id
    (inputs.checkout / name).write_text("x = 2", encoding="utf-8")
    assert inputs.id == before


def test_a_history_landed_at_once_later_is_the_same_history(inputs: Inputs) -> None:
    """As known before the first reception everything counts: when it was landed does not matter, the order does."""
    inputs.known_at = NIGHT - dt.timedelta(days=9)
    before = inputs.id
    inputs.receptions = [replace(one, received_at=NIGHT.isoformat()) for one in inputs.receptions]
    assert inputs.id == before


def test_every_pattern_covers_a_file_of_the_checkout() -> None:
    assert [pattern for pattern in COVERED if not any(CHECKOUT.glob(pattern))] == []


BESIDE: Final = {
    "flows/home/limits.py": "above it nothing is read",
    "flows/home/ownership.py": "modes of files",
    "flows/home/private.py": "whose a folder is",
    "flows/home/secrets.py": "what is kept out of print",
    "flows/home/settings.py": "what it reads of authorities is covered",
    "flows/home/writing.py": "how files are written",
}
"""Modules that the readers import and that decide no figure, with the reason."""


def test_no_reader_of_deliveries_or_reference_tables_is_left_out() -> None:
    covered = {path for pattern in COVERED for path in CHECKOUT.glob(pattern)}
    waiting, seen = {CHECKOUT / "flows/landing/reading.py", CHECKOUT / "flows/reference/tables.py"}, set()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        names = re.findall(r"^(?:from|import) (flows[\w.]*)", path.read_text("utf-8"), re.MULTILINE)
        files = {CHECKOUT / (name.replace(".", "/") + ".py") for name in names}
        waiting |= {file for file in files if file.is_file()} - seen
    left = {path.relative_to(CHECKOUT).as_posix() for path in seen - covered}
    assert left == set(BESIDE)
