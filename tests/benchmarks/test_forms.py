"""Every form of the fixed work gives the program's figures, so that their times may be compared."""

import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from tests.benchmarks import program
from tests.benchmarks.rivals import row_by_row, with_duckdb, with_numpy, with_pandas
from tests.benchmarks.rivals.formulas import FORMULAS
from tests.benchmarks.work import ATTRIBUTED, LOAN_MONTHS, PROJECT_MONTHS, Done, differences


@pytest.fixture(scope="module")
def accepted(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = shutil.copytree(made_up / "accepted", tmp_path_factory.mktemp("forms") / "accepted")
    program.write_reference(folder)
    return folder


@pytest.fixture(scope="module")
def of_program(accepted: Path) -> Done:
    return program.comparable(program.work(accepted))


@pytest.mark.parametrize("work", [with_numpy.work, with_pandas.work, with_duckdb.work, row_by_row.work])
def test_the_figures_are_those_of_the_program(work: Callable[[Path], Done], accepted: Path, of_program: Done) -> None:
    assert differences(work(accepted), of_program) == []


def test_the_figures_cover_every_method_and_every_kind_of_share(accepted: Path, of_program: Done) -> None:
    methods = pl.read_parquet(accepted / "projects.parquet").select("project_id", "method")
    computed = of_program[PROJECT_MONTHS].join(methods, on="project_id")["method"].unique()
    assert set(FORMULAS) <= set(computed)
    shares = of_program[ATTRIBUTED].filter(pl.col("attribution_factor_ratio").is_not_null())
    scaled = shares["attribution_factor_ratio"] < shares["attribution_factor_raw_ratio"]
    assert 0 < scaled.sum() < shares.height < of_program[ATTRIBUTED].height
    assert (of_program[LOAN_MONTHS]["closing_fen"] < 0).any()


def test_a_figure_that_is_off_by_a_millionth_is_seen(of_program: Done) -> None:
    off = of_program[ATTRIBUTED].with_columns(pl.col("attributed_reductions_tco2e") * 1.000001)
    (found,) = differences({**of_program, ATTRIBUTED: off}, of_program)
    assert found.startswith("attributed.attributed_reductions_tco2e")
