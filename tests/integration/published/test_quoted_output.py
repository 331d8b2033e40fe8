"""What README and runbook show of a run on the sample book is what it prints; times are of another machine."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from typing import Final

import duckdb
import pytest

from tests.integration.program import CHECKOUT, PATIENCE, PROGRAM, SAMPLE_BOOK, Home, clean_environment

README: Final = (CHECKOUT / "README.md").read_text("utf-8")
RUNBOOK: Final = (CHECKOUT / "docs" / "runbook.md").read_text("utf-8")
BLOCK: Final = re.compile(r"```\w*\n(.*?)```\n", re.DOTALL)
PROGRESS: Final = re.compile(r"^\d\d:\d\d:\d\d  (.*)$", re.MULTILINE)
COMMAND: Final = re.compile(r"^\$ (.*?[^\\])\n(.*)", re.DOTALL)
QUERY: Final = re.compile(r'\.sql\("""(.*?)"""\)', re.DOTALL)
TABLE: Final = re.compile(r"(?:^\|.*\n)+", re.MULTILINE)
GOES_ON: Final = re.compile(r"; \d+ stay as .*")
"""What a first night does not add."""


def printed_by(home: Home) -> list[str]:
    """The lines of the night once it had begun, with paths as seen from the home and the checkout."""
    text = (home.root / "nightly.err").read_text("utf-8").replace(f"{SAMPLE_BOOK}", "data/samples/deliveries")
    return PROGRESS.findall(text.replace(f"{home.root}/", ""))[1:]


def in_form(line: str) -> str:
    """The line without its numbers and the folders above a path's last."""
    return re.sub(r"\d+", "0", re.sub(r"\S*/", "", GOES_ON.sub("", line)))


def commands() -> Iterator[tuple[str, list[str]]]:
    """Each command of README that is shown with its output."""
    for block in BLOCK.findall(README):
        if found := COMMAND.match(block):
            yield found[1], found[2].splitlines()


COMMANDS: Final = dict(commands())


def test_the_lines_of_the_first_night_are_those_that_readme_shows(sample_home: Home) -> None:
    assert PROGRESS.findall(README) == printed_by(sample_home)


OF_A_LATER_NIGHT: Final = "took 0 of 0 projects over, which have not changed"
"""The runbook shows a night that has one before it."""


def test_the_lines_of_a_night_have_the_form_that_the_runbook_shows(sample_home: Home) -> None:
    shown = [in_form(line) for line in PROGRESS.findall(RUNBOOK)]
    shown.remove(OF_A_LATER_NIGHT)
    assert shown == [in_form(line.replace("data/samples/deliveries", "data/inbox")) for line in printed_by(sample_home)]


def test_readme_shows_figures_and_status() -> None:
    assert [shlex.split(command)[1] for command in COMMANDS] == ["figures", "status"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_readme_prints_the_lines_that_it_shows(sample_home: Home, command: str) -> None:
    ended = subprocess.run(
        ["sh", "-c", command.replace(".venv/bin/greenloan", shlex.join(PROGRAM))],
        env=clean_environment(GREENLOAN_HOME=str(sample_home.root)),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    printed = [line.rstrip() for line in ended.stdout.splitlines()]
    places = [place_of(line, printed) for line in COMMANDS[command]]
    assert places == sorted(places)


def place_of(line: str, printed: list[str]) -> int:
    """Where a line is printed; a number's last digits may be those of another machine."""
    cells = [cell_of(cell) for cell in line.split(",")]
    found = [at for at, one in enumerate(printed) if [cell_of(cell) for cell in one.split(",")] == cells]
    assert found, line
    return found[0]


def cell_of(text: str) -> object:
    try:
        return pytest.approx(float(text), rel=1e-12)
    except ValueError:
        return text


def queries() -> list[tuple[str, list[list[str]]]]:
    """Each query of README with the rows of the table that follows, in their order."""
    _, analysts = README.split("\n## For analysts\n")
    tables = [table.splitlines()[2:] for table in TABLE.findall(analysts)]
    rows = [[[cell.strip() for cell in line.strip("|").split("|")] for line in table] for table in tables]
    return [*zip(QUERY.findall(analysts), rows, strict=False)]


@pytest.mark.parametrize(("query", "rows"), queries(), ids=["promises", "the days of May"])
def test_a_query_of_readme_gives_the_rows_that_it_shows(sample_home: Home, query: str, rows: list[list[str]]) -> None:
    with duckdb.connect(str(sample_home.warehouse), read_only=True) as book:
        found = book.execute(query).fetchall()
    assert [[str(cell).removesuffix(".0") for cell in row] for row in found] == rows


def test_readme_shows_the_tonnes_of_the_whole_book_with_their_interval(sample_home: Home) -> None:
    (row,) = sample_home.rows(
        "SELECT figure_tco2e, lower_95_tco2e, upper_95_tco2e FROM mart.figure_uncertainties "
        "WHERE level = 'portfolio' AND container = 'avoided_emissions' AND period = '2025'"
    )
    tonnes, low, high = (f"{value:,.0f}" for value in row.values())
    assert f"{tonnes} t of 2025, 95 % interval {low} to {high} t" in " ".join(README.split())
