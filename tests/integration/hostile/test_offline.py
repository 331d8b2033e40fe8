"""The night needs no network: cut off from it, it gives what it gives elsewhere, byte for byte, and tries no call."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import polars as pl
import pytest

from flows.warehouse.reading import read_tables
from schemas.catalog import TABLES
from tests.integration.program import (
    CHECKOUT,
    PATIENCE,
    PROGRAM,
    SAMPLE_BOOK,
    Home,
    clean_environment,
    connections,
    watched,
)

CUT_OFF = """
import errno, fcntl, os, socket, struct, sys
plug = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
request = struct.pack("16sh14x", b"lo", 0x41)                          # IFF_UP | IFF_RUNNING
fcntl.ioctl(plug, 0x8914, request)                                     # SIOCSIFFLAGS: loopback only
try:
    socket.create_connection(("192.0.2.1", 9), timeout=5)
except OSError as error:
    assert error.errno == errno.ENETUNREACH, error
else:
    raise SystemExit("this namespace still has a network")
os.environ.update({name: value for name, _, value in (pair.partition("=") for pair in sys.argv[1].split("\\n"))})
os.execv(sys.argv[2], sys.argv[2:])
"""


def _cut_off() -> list[str]:
    """Return the command that starts another one in a network namespace of its own; skip where there is none."""
    for command in (["unshare", "-n"], ["unshare", "-rn"]):
        try:
            subprocess.run([*command, "true"], check=True, capture_output=True, timeout=PATIENCE)
        except (OSError, subprocess.CalledProcessError):
            continue
        return command
    reason = "this machine grants no network namespace (unshare -n, unshare -rn), so nothing can be cut off"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def twin(sample_home: Home, new_home: Callable[[str], Home]) -> Home:
    """The sample book landed elsewhere, without a network, and as known when the sample home was published."""
    known_at = sample_home.last_record()["known_at"]
    home = new_home("twin")
    settings = "\n".join(f"{name}={value}" for name, value in watched(home.root / "connections").items())
    night = [*PROGRAM, "nightly", "--inbox", str(SAMPLE_BOOK), "--known-at", known_at]
    ended = subprocess.run(
        [*_cut_off(), sys.executable, "-c", CUT_OFF, settings, *night],
        cwd=home.root,
        capture_output=True,
        text=True,
        env=clean_environment(GREENLOAN_HOME=str(home.root)),
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return home


def _documents(home: Home) -> dict[str, bytes]:
    return {
        path.relative_to(home.documents).as_posix(): path.read_bytes()
        for path in home.documents.rglob("*")
        if path.is_file()
    }


def _tables(home: Home, *schemas: str) -> dict[str, pl.DataFrame]:
    names = [name for name in TABLES if name.startswith(schemas)]
    return read_tables(home.warehouse, *names)


def _timeless(rows: pl.DataFrame) -> pl.DataFrame:
    """Without the moment at which this home received a file."""
    return rows.drop("stated_at", strict=False)


OF_EDITIONS: Final = frozenset({"mart.receipts"})
"""What follows the record of editions: a night as known in the past issues none."""


def _differing(one: Home, other: Home) -> list[str]:
    here, there = _tables(one, "core.", "mart."), _tables(other, "core.", "mart.")
    names = here.keys() - OF_EDITIONS
    return sorted(name for name in names if not _timeless(here[name]).equals(_timeless(there[name])))


def test_a_night_without_a_network_publishes_and_tries_no_connection(twin: Home) -> None:
    assert twin.last_record()["outcome"] == "published"
    assert connections(twin.root / "connections") == []


def test_the_same_inputs_and_moment_have_the_same_snapshot(sample_home: Home, twin: Home) -> None:
    assert twin.last_record()["snapshot_id"] == sample_home.last_record()["snapshot_id"]


def test_the_same_inputs_and_moment_give_the_same_tables(sample_home: Home, twin: Home) -> None:
    assert _differing(twin, sample_home) == []


def test_the_same_inputs_and_moment_give_the_same_documents_byte_for_byte(sample_home: Home, twin: Home) -> None:
    here, there = _documents(sample_home), _documents(twin)
    assert {Path(name).suffix for name in here} == {".pdf", ".png", ".csv", ".xlsx", ".jsonld"}
    assert here.keys() == there.keys()
    assert [name for name in here if here[name] != there[name]] == []


@pytest.mark.proof
def test_a_second_night_on_the_sample_book_lands_nothing_and_says_the_same(sample_home: Home, twin: Home) -> None:
    _nothing_new(twin, SAMPLE_BOOK, sample_home.last_record()["known_at"])
    assert _differing(twin, sample_home) == []
    assert len(twin.rows("FROM ops.deliveries")) == len(sample_home.rows("FROM ops.deliveries"))


def test_a_second_night_on_the_same_inbox_lands_nothing_and_says_the_same(worked_home: Home, home: Home) -> None:
    worked_home.copied_to(home)
    before, files = _tables(home, "core.", "mart."), home.rows("FROM ops.deliveries")
    _nothing_new(home, home.inbox, home.last_record()["known_at"])
    after = _tables(home, "core.", "mart.")
    assert [name for name, rows in before.items() if not after[name].equals(rows)] == []
    assert home.rows("FROM ops.deliveries") == files


def _nothing_new(home: Home, inbox: Path, known_at: str) -> None:
    night = home.nightly("--inbox", str(inbox), "--known-at", known_at)
    assert "landed 0 new file(s)" in night.err
    assert home.last_record()["counts"]["new_files_count"] == 0


def test_no_path_of_the_machine_enters_the_published_file(sample_home: Home) -> None:
    for name, rows in _tables(sample_home, "").items():
        content = rows.write_ndjson()
        assert str(sample_home.root) not in content, name
        assert str(CHECKOUT) not in content, name
