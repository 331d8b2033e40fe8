"""Sections that the program asks for by name: gone, misspelt, without their header line; and those of a bank."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.home.settings import REFERENCE
from flows.reference.checks.missing.asked_sections import ASKED
from tests.unit.flows.reference.checks.edits import edited, faults_in

HEADER = re.compile(r"^\[(.+)\]$", re.MULTILINE)


def misspelt(header: str) -> str:
    """The header without a letter in the middle of its last part."""
    above, dot, name = header.rpartition(".")
    return f"{above}{dot}{name[: len(name) // 2]}{name[len(name) // 2 + 1 :]}"


def edits_of_each_section(folder: Path, file: str) -> Iterator[tuple[str, str, str]]:
    """Each header, the text without the section, and with its header misspelt."""
    text = (folder / file).read_text(encoding="utf-8")
    headers = [*HEADER.finditer(text)]
    for header, after in zip(headers, [*headers[1:], None], strict=True):
        end = after.start() if after else len(text)
        gone = text[: header.start()] + text[end:]
        yield header[1], gone, f"{text[: header.start()]}[{misspelt(header[1])}]{text[header.end() :]}"


@pytest.mark.parametrize("file", ASKED)
def test_each_section_that_is_gone_or_misspelt_is_one_error(folder: Path, file: str) -> None:
    for header, gone, renamed in [*edits_of_each_section(folder, file)]:
        (folder / file).write_text(gone, encoding="utf-8")
        faults = faults_in(folder)
        assert len(faults) == 1, (header, faults)
        assert header.rpartition(".")[2] in faults[0], header
        assert f"{file}, [{header}]: missing" in faults[0], header
        (folder / file).write_text(renamed, encoding="utf-8")
        faults = faults_in(folder)
        assert len(faults) == 1, (header, faults)
        assert f"[{misspelt(header)}] is not known: did you mean [{header}]?" in faults[0], header


@pytest.mark.parametrize("file", ASKED)
def test_a_header_line_that_is_gone_is_one_error(folder: Path, file: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    for header in HEADER.finditer(text):
        (folder / file).write_text(text.replace(f"{header[0]}\n", "", 1), encoding="utf-8")
        assert len(faults_in(folder)) == 1, header[1]


@pytest.mark.parametrize("file", ASKED)
def test_the_sections_asked_for_are_those_that_came_with_the_program(file: str) -> None:
    headers = HEADER.findall((REFERENCE / file).read_text(encoding="utf-8"))
    assert sorted(ASKED[file]) == sorted(headers)


@pytest.mark.parametrize("words", ["[colums.loans]", "[column.loans]"])
def test_a_misspelt_part_above_the_last_is_one_error(folder: Path, words: str) -> None:
    edited("[columns.loans]", words, "headers.toml")(folder)
    (fault,) = faults_in(folder)
    assert fault.startswith(f"headers.toml, [columns.loans]: missing, and {words} is not known")


def test_a_fuel_whose_section_is_misspelt_is_not_taken_for_none(folder: Path) -> None:
    edited("[diesel_consumed]", "[diesel_consmed]", "metrics.toml")(folder)
    (fault,) = faults_in(folder)
    assert fault == (
        "metrics.toml, [diesel_consumed]: missing, and [diesel_consmed] is not known: did you mean [diesel_consumed]? "
        "rename the section"
    )


@pytest.mark.parametrize("file", ["technologies.toml", "profiles.toml", "metrics.toml"])
def test_a_section_that_a_bank_adds_is_free(folder: Path, file: str) -> None:
    added = {
        "technologies.toml": '\n[tidal]\naliases = ["潮汐发电"]\ndescription = "Tides"\n',
        "metrics.toml": '\n[ash]\nunit = "t"\naliases = ["灰渣量"]\ndescription = "Ash"\nindicator = true\n',
        "profiles.toml": f"\n[own_rule]\n{own_rule()}",
    }
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8") + added[file], encoding="utf-8")
    assert faults_in(folder) == []


def own_rule() -> str:
    """The keys of another rule of the field."""
    text = (REFERENCE / "profiles.toml").read_text(encoding="utf-8")
    keys = text.partition("[icma_pro_rata]\n")[2]
    return keys.replace("ICMA", "OWN")


@pytest.mark.parametrize("name", sorted(path.name for path in REFERENCE.glob("*.toml")))
def test_the_first_header_line_of_each_file_that_is_gone_is_one_error(folder: Path, name: str) -> None:
    """Its keys then lie above the first section that is left."""
    lines = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
    edited(next(line for line in lines if line.startswith("[")), "", name)(folder)
    (fault,) = faults_in(folder)
    assert fault.startswith(name)


def test_a_kind_that_is_made_of_others_and_is_misspelt_is_one_error(folder: Path) -> None:
    edited("[grid_cm_ef]", "[grid_cm_fe]", "parameter_kinds.toml")(folder)
    (fault,) = faults_in(folder)
    assert "'grid_cm_ef' is missing" in fault
