"""What is missing for Spark, what an executor could not do and for which projects, and whose edition is another."""

import datetime as dt
import importlib.util
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl
import pytest

from flows.home.settings import Spark, home
from flows.running.engines import spark
from flows.running.engines.executor import edition
from flows.running.pipeline import land_deliveries
from schemas.between.sums import Bucketed
from schemas.contract import DataFrame, unchecked
from schemas.errors import EnvironmentFailure

MASTER: Final = Spark("/srv/store", master="spark://host:7077")
SERVED: Final = Spark("/srv/store", remote="sc://host:15002")


class Row(NamedTuple):
    """What an executor answers."""

    bucket: int
    machine: str
    edition: str


def buckets() -> DataFrame[Bucketed]:
    return unchecked(pl.DataFrame({"project_id": ["P1", "P2", "P3"], "bucket": [1, 4, 4]}), Bucketed)


@pytest.mark.parametrize(
    "text",
    [
        "An exception was thrown\n  File x\nRuntimeError: set of projects 2: OSError: disk full\n",
        "Job aborted: Task 1 in stage 0.0 failed 4 times: OSError: disk full",
    ],
)
def test_a_failure_names_the_first_and_last_project_of_its_set_and_the_reason(text: str) -> None:
    failure = spark._failure(text, MASTER, buckets())
    assert failure.where == "Spark at spark://host:7077, set 2 (P2 to P3)"
    assert "OSError: disk full" in failure.what
    assert failure.available == "what was published before is unchanged"


def test_a_failure_that_names_no_set_is_a_failure_of_the_cluster() -> None:
    failure = spark._failure("Connection reset", SERVED, buckets())
    assert failure.where == "Spark at sc://host:15002"
    assert failure.what == "an executor of Spark failed: Connection reset"


def test_without_pyspark_a_night_on_spark_lands_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place = home(tmp_path)
    place.inbox.mkdir(parents=True)
    (place.inbox / "loans.csv").write_text("loan_id\nL1\n", "utf-8")
    settings = f'engine = "spark"\n[spark]\nremote = "sc://host:15002"\nstore = "{tmp_path}/store"\n'
    place.settings.write_text(settings, "utf-8")
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pyspark" else found(name))
    with pytest.raises(EnvironmentFailure, match="pyspark is not installed") as refused:
        land_deliveries(place, dt.datetime(2026, 1, 2, tzinfo=dt.UTC))
    assert "requirements-spark.lock" in refused.value.remedy
    assert not place.landing.exists()


def test_without_java_a_master_is_out_of_reach_and_spark_connect_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: object())
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    with pytest.raises(EnvironmentFailure, match="Java is not there") as refused:
        spark.refuse_missing(MASTER)
    assert "sc://host:15002" in refused.value.available
    spark.refuse_missing(SERVED)


def test_an_executor_of_another_edition_is_named_beside_this_one() -> None:
    own, other = edition("a" * 64), edition("b" * 64)
    answered: list[Any] = [Row(1, "node1", own), Row(2, "node2", other)]
    with pytest.raises(EnvironmentFailure) as refused:
        spark._refuse_other_editions(answered, own)
    assert refused.value.where == f"node2: {other}"
    assert own in refused.value.available
    spark._refuse_other_editions(answered[:1], own)
