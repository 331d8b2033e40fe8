"""What the bench says of a process is so, and what it did not measure it says."""

import json
import sys
from pathlib import Path

import pytest

from tests.benchmarks.bench import Bench, Run, growth_since, measure, ratios, record, table

ISSUE = {
    "compute_over_numpy",
    "pandas_over_compute",
    "compute_over_duckdb",
    "nightly_over_scan",
    "quiet_over_full",
    "peak_mib",
}


def _python(text: str) -> list[str]:
    return [sys.executable, "-S", "-c", text]


def test_a_process_that_does_not_end_has_no_figure_and_says_so() -> None:
    run = measure(_python("import time; time.sleep(60)"), budget=0.3)
    assert (run.cpu, run.problem) == (None, "not ended within 0.3 s")
    assert run.wall < 30


def test_a_process_that_fails_has_no_figure_and_says_its_last_words() -> None:
    run = measure(_python("raise SystemExit('no such book')"), budget=60)
    assert (run.cpu, run.problem) == (None, "ended with 1: no such book")


def test_memory_and_cpu_are_those_of_the_children_too() -> None:
    child = "import time; kept = bytearray(150 * 2**20); sum(range(3_000_000)); time.sleep(0.5)"
    run = measure(
        _python(f"import subprocess, sys; subprocess.run([sys.executable, '-S', '-c', {child!r}])"), budget=60
    )
    assert run.mib > 150
    assert run.cpu is not None
    assert run.cpu > 0.02


def _bench(cpu: dict[str, list[float]], scale: float = 1) -> Bench:
    bench = Bench(scale, times=3, budget=1, folder=Path())
    bench.runs = {name: [Run(one, one, 100 * one) for one in runs] for name, runs in cpu.items()}
    return bench


def test_ratios_are_those_of_the_medians() -> None:
    bench = _bench(
        {"compute": [30, 10, 20], "numpy": [4, 5, 9], "pandas": [8], "nightly": [60], "rows_30": [7], "rows_90": [13]}
    )
    found = ratios(bench)
    assert found["compute_over_numpy"] == 20 / 5
    assert found["pandas_over_compute"] == 8 / 20
    assert found["peak_mib"] == 6000
    # 0.1 s a project: 7 + 0.1 x 9,970
    assert found["rows_over_compute"] == pytest.approx(1004 / 20)


def test_what_was_not_measured_is_null_in_the_file_and_says_why_in_the_table() -> None:
    bench = _bench({"compute": [20], "numpy": [5]})
    bench.problems["numpy"] = "not ended within 1 s"
    assert set(ratios(bench)) >= ISSUE
    assert not any(ratios(bench).values())
    rows = {figure: now for figure, now, _ in table(bench, {})}
    assert rows["compute / numpy"] == "not measured: numpy not ended within 1 s"
    assert all("not measured" in now for now in rows.values())


def test_growth_is_the_exponent_between_two_scales(tmp_path: Path) -> None:
    small = _bench({"compute": [2], "numpy": [0.1]}, scale=0.1)
    small.stages = {"prepare": 1.0}
    (tmp_path / "small.json").write_text(json.dumps(record(small, {})))
    large = _bench({"compute": [20], "numpy": [0.5]})
    large.stages = {"prepare": 100.0}
    # ten times the book: ten times the CPU is 1, a hundred times is 2; numpy took no second
    assert growth_since(large, tmp_path / "small.json") == {"compute": pytest.approx(1), "prepare": pytest.approx(2)}
