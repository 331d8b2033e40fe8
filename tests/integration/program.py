"""The real program as people run it: its command line, in a home of its own."""

import contextlib
import fcntl
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from flows.cli import main

CHECKOUT: Final = Path(__file__).resolve().parents[2]
SAMPLE_BOOK: Final = CHECKOUT / "data" / "samples" / "deliveries"
DATA: Final = Path(__file__).with_name("data")
WATCHER: Final = Path(__file__).with_name("watcher")
H02: Final = "H02_luobei_jintan_drawn_not_facility"
H07: Final = "H07_prepaid_mid_period"
PROGRAM: Final = [sys.executable, "-m", "flows.start"]
PATIENCE: Final = 300
"""Seconds after which a command that has not ended counts as hung."""


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be JSON and nothing else."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Home:
    """A home of the program under a temporary folder."""

    root: Path

    @property
    def inbox(self) -> Path:
        """Where deliveries are dropped."""
        return self.root / "data" / "inbox"

    @property
    def warehouse(self) -> Path:
        """The published file."""
        return self.root / "data" / "warehouse.duckdb"

    @property
    def documents(self) -> Path:
        """Where documents are published."""
        return self.root / "reports" / "published"

    def deliver(self, name: str, content: str | bytes) -> Path:
        """Drop a file into the inbox; the name may have a sender's folder before it."""
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        long_ago = time.time() - 3600  # a night waits a second to see whether a young file still grows
        os.utime(path, (long_ago, long_ago))
        return path

    def deliver_case(self, case: str) -> None:
        """Drop the CSV files of a worked case, loose, into the inbox."""
        for path in sorted((DATA / case).glob("*.csv")):
            self.deliver(path.name, path.read_bytes())

    def copied_to(self, other: "Home") -> "Home":
        """Return the other home with everything that lies in this one."""
        shutil.copytree(self.root, other.root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("made*"))
        return other

    def run(self, *arguments: str, **environment: str) -> Answer:
        """Run a command in a process of its own and wait for its end."""
        ended = subprocess.run(
            [*PROGRAM, *arguments],
            env=clean_environment(**{**environment, "GREENLOAN_HOME": str(self.root)}),
            cwd=self.root,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return Answer(ended.returncode, ended.stdout, ended.stderr)

    def start(self, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
        """Start a command whose end the test decides; standard error can be read line by line."""
        return subprocess.Popen(
            [*PROGRAM, *arguments],
            env=clean_environment(**{**environment, "GREENLOAN_HOME": str(self.root)}),
            cwd=self.root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def ask(self, *arguments: str) -> Answer:
        """Run a command in this process: the same entry, without the seconds of imports."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = main([*arguments, "--home", str(self.root)])
            except SystemExit as ended:  # argparse leaves this way
                code = int(ended.code or 0)
        return Answer(code, out.getvalue(), err.getvalue())

    def nightly(self, *arguments: str, **environment: str) -> Answer:
        """Run one night that must succeed; in a process of its own where the environment is about something."""
        answer = self.run("nightly", *arguments, **environment) if environment else self.ask("nightly", *arguments)
        assert answer.code == 0, answer.err
        return answer

    def figures(self, first: str, last: str, basis: str, by: str = "loan", *more: str) -> dict[str, Any]:
        """Return what `greenloan figures --format json` answers."""
        answer = self.ask(
            "figures", "--from", first, "--to", last, "--basis", basis, "--by", by, "--format", "json", *more
        )
        assert answer.code == 0, answer.err
        return dict(answer.json)

    def rows(self, query: str, *parameters: object) -> list[dict[str, Any]]:
        """Return what an analyst's query on the published file gives."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return _rows(connection, query, *parameters)

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of every published table."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            names = _rows(connection, "SELECT schema_name || '.' || table_name AS name FROM duckdb_tables()")
            return {one["name"]: _rows(connection, f"FROM {one['name']}") for one in names}

    def last_record(self) -> dict[str, Any]:
        """Return the newest run record."""
        newest = max((self.root / "data" / "runs").glob("*.json"))
        return dict(json.loads(newest.read_text(encoding="utf-8")))


def _rows(connection: Any, query: str, *parameters: object) -> list[dict[str, Any]]:
    result = connection.execute(query, list(parameters))
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def clean_environment(**settings: str) -> dict[str, str]:
    """Return this environment without anything that names another home or server, and with the settings."""
    foreign = ("GREENLOAN_", "PREFECT_")
    return {**{name: value for name, value in os.environ.items() if not name.startswith(foreign)}, **settings}


def watched(notebook: Path) -> dict[str, str]:
    """Return the settings under which every Python process notes the connections it tries to make."""
    return {"PYTHONPATH": str(WATCHER), "GREENLOAN_TEST_CONNECTIONS": str(notebook)}


def connections(notebook: Path) -> list[str]:
    """Return what was noted."""
    return notebook.read_text(encoding="utf-8").splitlines() if notebook.exists() else []


def end_group(process: "subprocess.Popen[Any]") -> None:
    """Kill the process and all that it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=PATIENCE)


def made_once(root: Path, make: Callable[[Home], None]) -> Home:
    """Return the home, made by whichever test worker comes first; the others wait for it."""
    root.mkdir(parents=True, exist_ok=True)
    with exclusively(root / "made.lock"):
        made = root / "made"
        if not made.exists():
            shutil.rmtree(root / "data", ignore_errors=True)
            make(Home(root))
            made.touch()
    return Home(root)


@contextlib.contextmanager
def exclusively(path: Path) -> Iterator[None]:
    """Hold the lock that the file stands for."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
