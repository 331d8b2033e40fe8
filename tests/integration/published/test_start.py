"""A command imports the libraries that it uses: nobody waits for those that it does not."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.integration.program import CHECKOUT, Home, clean_environment

LOADED: Final = (
    "import sys\n"
    "from flows.cli import main\n"
    "try:\n"
    "    code = main(sys.argv[1:])\n"
    "except SystemExit as ended:\n"
    "    code = ended.code\n"
    "print(*sorted({name.partition('.')[0] for name in sys.modules}))\n"
    "raise SystemExit(code)\n"
)
HEAVY: Final = {
    "pandas",
    "hypothesis",
    "matplotlib",
    "prefect",
    "great_expectations",
    "sqlalchemy",
    "asyncpg",
    "typst",
    "httpx",
}
TO_READ_A_BOOK: Final = {"pyarrow", "pint", "scipy", "python_calamine", "xlsxwriter"}


def _loaded(home: Home, *arguments: str) -> set[str]:
    ended = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        env=clean_environment(GREENLOAN_HOME=str(home.root)),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(ended.stdout.splitlines()[-1].split())


def test_the_help_needs_no_library_at_all(home: Home) -> None:
    assert not _loaded(home, "--help") & (HEAVY | TO_READ_A_BOOK | {"polars", "duckdb", "pandera", "pydantic", "numpy"})


@pytest.mark.parametrize("form", ["table", "json"])
def test_the_status_needs_what_reads_the_published_file_and_nothing_more(sample_home: Home, form: str) -> None:
    loaded = _loaded(sample_home, "status", "--format", form)
    assert {"polars", "duckdb", "pandera"} <= loaded
    assert not loaded & (HEAVY | TO_READ_A_BOOK)


def test_figures_and_the_check_of_the_landing_draw_nothing_and_reach_no_database(sample_home: Home) -> None:
    assert not _loaded(sample_home, "verify-landing") & HEAVY
    period = ("--from", "2025-10-01", "--to", "2025-12-31")
    for form in ("table", "csv"):
        assert not _loaded(sample_home, "figures", *period, "--basis", "period_end", "--format", form) & HEAVY


def test_a_quiet_night_neither_draws_nor_prints(sample_home: Home, tmp_path: Path) -> None:
    home = sample_home.copied_to(Home(tmp_path))
    unused = HEAVY - {"matplotlib"}  # its font reader says which characters can be shown
    assert not _loaded(home, "nightly") & unused


def test_garbage_is_collected_once_everything_is_imported(sample_home: Home) -> None:
    at_its_end = "import gc, atexit\natexit.register(lambda: print(gc.isenabled(), gc.get_freeze_count() > 10_000))\n"
    started = at_its_end + "import sys\nfrom flows.start import main\nsys.exit(main())\n"
    ended = subprocess.run(
        [sys.executable, "-c", started, "status"],
        env=clean_environment(GREENLOAN_HOME=str(sample_home.root)),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout.splitlines()[-1] == "True True"


IN_A_HOME: Final = (
    "import sys; from pathlib import Path; sys.path[0] = str(Path.cwd())\n"  # as python -m has it
    "import flows.start, reports, reports.names\n"
    "print(reports.__file__, len(reports.names.NAMES))"
)


def test_started_in_a_home_the_program_takes_none_of_its_folders_for_its_own(tmp_path: Path) -> None:
    (tmp_path / "reports" / "published").mkdir(parents=True)
    started = [sys.executable, "-c", IN_A_HOME]
    found = subprocess.run(started, cwd=tmp_path, check=True, capture_output=True, text=True).stdout.split()
    assert found == [str(CHECKOUT / "reports" / "__init__.py"), "6"]
