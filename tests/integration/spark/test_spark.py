"""A night whose sets of projects Spark works out publishes what a night on this machine publishes, or nothing."""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from flows.warehouse.connection import connect
from tests.integration.program import CHECKOUT, PATIENCE, Answer, Home, clean_environment

MISSING: Final = [
    *([] if importlib.util.find_spec("pyspark") else ["pyspark is not installed (make test-spark)"]),
    *([] if shutil.which("java") else ["Java is not on the PATH"]),
]
pytestmark = pytest.mark.skipif(bool(MISSING), reason="left out: " + "; ".join(MISSING))

SMALL_SETS: Final = Path(__file__).with_name("small_sets.py")
OF_A_NIGHT: Final = frozenset({"ops.runs", "ops.gate_results", "ops.editions"})
"""Tables that hold when a night ran; a document bears the moment, and its digest with it."""

INSTALLED: Final = ("flows", "reports", "schemas", "transforms", "data/reference")
"""What of a checkout an executor needs, beside requirements.lock."""


def on_spark(home: Home, cluster: str = 'master = "local[2]"') -> Path:
    """Let the home's nights use Spark, and return its store."""
    store = home.root / "store"
    store.mkdir()
    settings = f'engine = "spark"\n[spark]\n{cluster}\nstore = "{store}"\n'
    (home.root / "greenloan.toml").write_text(settings, encoding="utf-8")
    return store


def night(home: Home, *damage: str, **environment: str) -> Answer:
    """A night without new deliveries that takes nothing over, in sets of a few projects."""
    ended = subprocess.run(
        [sys.executable, str(SMALL_SETS), *damage, "nightly", "--anew"],
        env=clean_environment(**environment, GREENLOAN_HOME=str(home.root)),
        cwd=home.root,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return Answer(ended.returncode, ended.stdout, ended.stderr)


def tables(home: Home) -> Mapping[str, pl.DataFrame]:
    with connect(home.warehouse, read_only=True) as connection:
        names = connection.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables()").fetchall()
        return {name: connection.sql(f"FROM {name}").pl() for (name,) in names}


def assert_same(one: Mapping[str, pl.DataFrame], other: Mapping[str, pl.DataFrame]) -> None:
    assert one.keys() == other.keys()
    for name in one.keys() - OF_A_NIGHT:
        keys = [column for column, dtype in one[name].schema.items() if not dtype.is_float() and not dtype.is_nested()]
        assert_frame_equal(one[name].sort(keys), other[name].sort(keys), rel_tol=1e-9, abs_tol=1e-6)


@pytest.fixture(scope="module")
def landed(sample_home: Home, new_home: Callable[[str], Home]) -> Home:
    """The sample book, published, and a row that was refused."""
    home = sample_home.copied_to(new_home("landed"))
    header = "entry_id,loan_id,value_date,booked_at,event,amount,currency"
    refused = "E1,NO-SUCH-LOAN,2025-03-01,2025-03-01T00:00:00Z,disburse,1.00,CNY"
    home.deliver("bank/ledger_refused.csv", f"{header}\n{refused}\n")
    home.nightly()
    return home


@pytest.fixture(scope="module")
def by_one_machine(landed: Home, new_home: Callable[[str], Home]) -> Mapping[str, pl.DataFrame]:
    home = landed.copied_to(new_home("one_machine"))
    answer = night(home)
    assert answer.code == 0, answer.err
    return tables(home)


@pytest.mark.parametrize("cluster", ['master = "local[2]"', 'remote = "local[2]"'], ids=["master", "connect"])
def test_the_sample_book_by_spark_and_by_one_machine_has_the_same_tables_and_refused_rows(
    landed: Home, home: Home, by_one_machine: Mapping[str, pl.DataFrame], cluster: str
) -> None:
    store = on_spark(landed.copied_to(home), cluster)
    answer = night(home)
    assert answer.code == 0, answer.err
    assert "set(s) of projects to Spark at local[2]" in answer.err
    assert "worked out 3 of " in answer.err
    assert_same(tables(home), by_one_machine)
    assert by_one_machine["ops.rejected_rows"].height == 1
    assert list(store.iterdir()) == []


def assert_nothing_new(home: Home, before: bytes, store: Path) -> None:
    assert home.warehouse.read_bytes() == before
    assert list(store.iterdir()) == []


def test_an_executor_with_other_reference_tables_refuses_the_night_and_both_editions_are_named(
    landed: Home, home: Home, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    for room in INSTALLED:
        shutil.copytree(CHECKOUT / room, elsewhere / room, ignore=shutil.ignore_patterns("__pycache__", "published/*"))
    shutil.copy(CHECKOUT / "requirements.lock", elsewhere)
    with (elsewhere / "data" / "reference" / "sentences.toml").open("a", encoding="utf-8") as table:
        table.write("\n# edited there\n")
    interpreter = tmp_path / "python"
    interpreter.write_text(f'#!/bin/sh\nPYTHONPATH="{elsewhere}:$PYTHONPATH" exec {sys.executable} "$@"\n')
    interpreter.chmod(0o755)
    store, before = on_spark(landed.copied_to(home)), home.warehouse.read_bytes()
    answer = night(home, PYSPARK_PYTHON=str(interpreter))
    assert answer.code == 3
    assert "an executor has another edition of greenloan" in answer.err
    assert answer.err.count("tables and modules ") == 2
    assert_nothing_new(home, before, store)


def test_a_failing_executor_leaves_the_published_file_and_the_set_of_projects_is_named(
    landed: Home, home: Home
) -> None:
    store, before = on_spark(landed.copied_to(home)), home.warehouse.read_bytes()
    answer = night(home, "--damage", "2")
    assert answer.code == 3
    assert "an executor of Spark failed: set of projects 2: " in answer.err
    assert "is not what was written there" in answer.err
    assert "Spark at local[2], set 2 (" in answer.err
    assert_nothing_new(home, before, store)


def test_executors_without_an_interpreter_leave_the_published_file(landed: Home, home: Home) -> None:
    store, before = on_spark(landed.copied_to(home)), home.warehouse.read_bytes()
    answer = night(home, PYSPARK_PYTHON="/bin/false")
    assert answer.code == 3
    assert "an executor of Spark failed: " in answer.err
    assert_nothing_new(home, before, store)


def test_a_machine_without_java_has_no_night_on_a_master_and_names_what_to_do(landed: Home, home: Home) -> None:
    store, before = on_spark(landed.copied_to(home)), home.warehouse.read_bytes()
    answer = night(home, JAVA_HOME="/nowhere")
    assert answer.code == 3
    assert "Java is not there" in answer.err
    assert 'engine = "local"' in answer.err
    assert_nothing_new(home, before, store)
