"""`make bench SCALE=1 JSON=path`: how the program compares with the same work by hand, and what a night costs.

Every measurement is a process of its own, and the forms take turns, so that what else the machine does falls on all of
them. CPU is user and system time of the process and its children, memory the largest sum of their resident sets. What
does not end within the budget is killed and reported so; no number is made up for it.
"""

import argparse
import json
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from tests.benchmarks.generate import BANKS, PROJECTS_OF_SCALE_1, write_book
from tests.benchmarks.program import write_reference

CHECKOUT: Final = Path(__file__).resolve().parents[2]
PROGRAM: Final = (sys.executable, "-m", "flows.start")
KNOWN_AT: Final = "2026-02-01T00:00:00+08:00"
ROWS_PROJECTS: Final = (30, 90)
"""Slices of the book on which the row-wise form is measured."""
EVERY: Final = 0.05


@dataclass(frozen=True)
class Run:
    """What one process took; cpu is None where it did not end."""

    cpu: float | None
    wall: float
    mib: float
    problem: str = ""


def measure(command: Sequence[str], budget: float) -> Run:
    """Run the command; kill it and all that it started after the budget."""
    begun = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, cwd=CHECKOUT, stdout=output, stderr=output, start_new_session=True)
        peak, killed = [0.0], threading.Event()
        watcher = threading.Thread(target=_watch, args=(process.pid, begun + budget, peak, killed))
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        watcher.join()
        wall = time.monotonic() - begun
        if killed.is_set():
            return Run(None, wall, peak[0], f"not ended within {budget:g} s")
        if process.returncode:
            output.seek(0)
            lines = output.read().decode(errors="replace").strip().splitlines() or ["no word"]
            return Run(None, wall, peak[0], f"ended with {process.returncode}: {lines[-1][:200]}")
        return Run(usage.ru_utime + usage.ru_stime, wall, peak[0])


def _watch(pid: int, until: float, peak: list[float], killed: threading.Event) -> None:
    while members := _group(pid):
        peak[0] = max(peak[0], sum(_resident(member) for member in members) / 2**20)
        if time.monotonic() > until and not killed.is_set():
            killed.set()
            os.killpg(pid, signal.SIGKILL)
        if not _is_alive(pid):
            return
        time.sleep(EVERY)


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _is_alive(pid: int) -> bool:
    stat = _stat(pid)
    return bool(stat) and stat[0] != "Z"


def _group(leader: int) -> list[int]:
    """The processes that the leader's process group holds."""
    pids = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())
    return [pid for pid in pids if (stat := _stat(pid)) and int(stat[2]) == leader]


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


class Bench:
    """One book of one scale, and everything that is measured on it."""

    def __init__(self, scale: float, times: int, budget: float, folder: Path) -> None:
        self.scale, self.times, self.budget, self.folder = scale, times, budget, folder
        self.book = folder / "book"
        self.runs: dict[str, list[Run]] = {}
        self.problems: dict[str, str] = {}
        self.stages: dict[str, float] = {}

    def prepare(self) -> None:
        """Make the book and a day's delivery that comes later."""
        write_book(self.book, self.scale)
        write_reference(self.book / "accepted")
        _write_later_day(self.book)

    def check(self) -> None:
        """Stop where a form does not give the program's figures: no time of it would mean anything."""
        run = measure(self._one("check", self.book / "accepted"), self.budget * 4)
        if run.problem:
            raise SystemExit(f"the forms were not compared, or differ: {run.problem}")

    def compute(self) -> None:
        """Time the forms of the fixed work in turns."""
        accepted = self.book / "accepted"
        forms = ["compute", "numpy", "duckdb", "pandas", "every_rule"]
        self._in_turns({form: self._one(form, accepted) for form in forms})
        slices = [count for count in ROWS_PROJECTS if count < PROJECTS_OF_SCALE_1 * self.scale]
        self._in_turns({f"rows_{n}": self._one(f"rows_{n}", accepted) for n in slices}, times=1)

    def nights(self) -> None:
        """Time the reading of the files, the acceptance, whole nights and what is asked of them."""
        home, inbox = self.folder / "home", self.folder / "inbox"
        shutil.copytree(self.book / "csv", inbox)
        self._in_turns({"scan": self._one("scan", self.book / "csv")})
        self._measure("acceptance", self._one("acceptance", self.book / "csv", self.folder / "reading"))
        place = ("--home", str(home))
        night = (*PROGRAM, "nightly", *place, "--inbox", str(inbox), "--known-at", KNOWN_AT)
        if self._measure("nightly", night).problem:
            return
        questions = ("--from", "2025-01-01", "--to", "2025-12-31", "--basis", "daily_average", "--by", "loan")
        warehouse = home / "data" / "warehouse.duckdb"
        self._measure("figures", (*PROGRAM, "figures", *place, *questions, "--format", "csv"))
        self._measure("macro", self._one("macro", warehouse))
        self._measure("queries", self._one("queries", warehouse))
        self._measure("status", (*PROGRAM, "status", *place))
        self.published_mib = warehouse.stat().st_size / 2**20
        shutil.copytree(self.book / "later", inbox, dirs_exist_ok=True)
        self._measure("quiet", night)

    def small_nights(self) -> None:
        """Time a night of the sample book and one of 1,000 loans."""
        sample = ("--inbox", str(CHECKOUT / "data" / "samples" / "deliveries"))
        self._measure("sample", (*PROGRAM, "nightly", "--home", str(self.folder / "sample"), *sample))
        thousand = self.folder / "thousand"
        write_book(thousand, 0.01, forms=["csv"])
        place = ("--home", str(thousand / "home"), "--inbox", str(thousand / "csv"))
        self._measure("thousand", (*PROGRAM, "nightly", *place, "--known-at", KNOWN_AT))

    def stages_of_a_night(self) -> None:
        """Take the CPU seconds of each stage of a computation, in one process."""
        out = self.folder / "stages.json"
        run = self._measure("stages", self._one("stages", self.book / "csv", self.folder / "staged", out))
        if out.exists():  # a computation that was stopped has reported the stages that it ended
            self.stages = json.loads(out.read_text())
        if run.problem:
            self.problems["stages"] = run.problem

    def _one(self, what: str, *paths: Path) -> tuple[str, ...]:
        return (sys.executable, "-m", "tests.benchmarks.one", what, *map(str, paths))

    def _in_turns(self, commands: dict[str, Sequence[str]], times: int | None = None) -> None:
        for _ in range(times or self.times):
            for name, command in commands.items():
                if name not in self.problems:
                    self._measure(name, command)

    def _measure(self, name: str, command: Sequence[str]) -> Run:
        run = measure(command, self.budget)
        self.runs.setdefault(name, []).append(run)
        if run.problem:
            self.problems[name] = run.problem
        result = run.problem or f"cpu {run.cpu:8.2f} s"
        print(f"  {name:12} {result}, wall {run.wall:8.2f} s, {run.mib:7.0f} MiB", flush=True)  # noqa: T201
        return run

    published_mib: float | None = None

    def median(self, name: str, of: str = "cpu") -> float | None:
        """The median of the runs, None where one did not end or none was."""
        if name in self.problems or name not in self.runs:
            return None
        return statistics.median(asdict(run)[of] for run in self.runs[name])

    def rows_whole(self) -> float | None:
        """What the row-wise form would take for the whole book, from two slices of it."""
        few, more = (self.median(f"rows_{count}") for count in ROWS_PROJECTS)
        if few is None or more is None:
            return None
        a_project = (more - few) / (ROWS_PROJECTS[1] - ROWS_PROJECTS[0])
        return few + a_project * (PROJECTS_OF_SCALE_1 * self.scale - ROWS_PROJECTS[0])

    def ranges(self) -> float | None:
        """CPU of the 95 % ranges of projects and portfolio, of the stages."""
        return self.stages.get("ranges")


def _write_later_day(book: Path) -> None:
    """A day's repayments of one loan in a hundred, at each bank."""
    loans = pl.read_parquet(book / "accepted" / "loans.parquet").gather_every(100)
    entries = loans.select(
        entry_id=pl.format("N{}", "loan_id"),
        loan_id="loan_id",
        value_date=pl.lit("2026-01-05"),
        booked_at=pl.lit("2026-01-06T01:00:00+00:00"),
        event=pl.lit("REPAYMENT"),
        amount=pl.lit("1.00"),
        currency="currency",
        reverses_entry_id=pl.lit(None, pl.String),
        message=pl.lit("new"),
        lender="lender",
    )
    for bank in BANKS:
        own = entries.filter(pl.col("lender") == bank).drop("lender")
        if own.height:
            path = book / "later" / bank / "ledger_later.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            own.write_csv(path)


def _ratio(above: float | None, below: float | None) -> float | None:
    return None if above is None or not below else above / below


def ratios(bench: Bench) -> dict[str, float | None]:
    """The figures by which the issue is judged, as CPU over CPU; None where one of the two was not measured."""
    cpu = bench.median
    peaks = [bench.median(name, "mib") for name in ("nightly",)]
    return {
        "compute_over_numpy": _ratio(cpu("compute"), cpu("numpy")),
        "pandas_over_compute": _ratio(cpu("pandas"), cpu("compute")),
        "rows_over_compute": _ratio(bench.rows_whole(), cpu("compute")),
        "compute_over_duckdb": _ratio(cpu("compute"), cpu("duckdb")),
        "every_rule_over_one": _ratio(cpu("every_rule"), cpu("compute")),
        "nightly_over_scan": _ratio(cpu("nightly"), cpu("scan")),
        "acceptance_over_scan": _ratio(cpu("acceptance"), cpu("scan")),
        "quiet_over_full": _ratio(cpu("quiet"), cpu("nightly")),
        "ranges_over_compute": _ratio(bench.ranges(), cpu("compute")),
        "peak_mib": peaks[0],
    }


def table(bench: Bench, growth: dict[str, float]) -> list[tuple[str, str, str]]:
    """Every row of the issue's table: the figure, what it was, the goal."""
    found = ratios(bench)

    def shown(name: str, *runs: str) -> str:
        value = found[name]
        return f"{value:.2f}" if value is not None else f"not measured: {_why(bench, runs)}"

    def taken(name: str, unit: str = "s", of: str = "cpu") -> str:
        value = bench.median(name, of)
        return f"{value:.2f} {unit}" if value is not None else f"not measured: {_why(bench, (name,))}"

    slowest = max(growth.items(), key=lambda one: one[1]) if growth else None
    exponent = (
        f"{slowest[1]:.2f} ({slowest[0]})" if slowest else "not measured: name the JSON of another scale, OTHER=path"
    )
    size = (
        f"{bench.published_mib:.0f} MiB at scale {bench.scale:g}"
        if bench.published_mib
        else "not measured: no night ended"
    )
    return [
        ("compute / numpy", shown("compute_over_numpy", "compute", "numpy"), "<= 2"),
        ("pandas / compute", shown("pandas_over_compute", "pandas", "compute"), ">= 5"),
        ("pandas row by row / compute", shown("rows_over_compute", "rows_30", "rows_90", "compute"), ">= 20"),
        ("compute / duckdb", shown("compute_over_duckdb", "compute", "duckdb"), "<= 0.5"),
        ("every rule and period / one rule", shown("every_rule_over_one", "every_rule", "compute"), "<= 2"),
        ("peak memory of a night", shown("peak_mib", "nightly") + " MiB", "<= 820 MiB, 1024 at scale 10"),
        ("growth of CPU, the fastest growing stage", exponent, "exponent <= 1.05"),
        ("nightly / scan of the same CSVs", shown("nightly_over_scan", "nightly", "scan"), "<= 8"),
        ("acceptance / scan", shown("acceptance_over_scan", "acceptance", "scan"), "<= 3"),
        ("a later day / from nothing", shown("quiet_over_full", "quiet", "nightly"), "<= 0.2"),
        ("95 % ranges / compute", shown("ranges_over_compute", "stages"), "<= 0.2"),
        ("figures --by loan, wall", taken("figures", of="wall"), "3 s at scale 1"),
        ("mart.attributed(...), wall", taken("macro", of="wall"), "1 s at scale 10"),
        ("all queries of the analysts' page, wall", taken("queries", of="wall"), "1 s each"),
        ("a night of the sample book", taken("sample"), "<= 8 s"),
        ("a night of 1,000 loans", taken("thousand"), "<= 12 s"),
        ("greenloan status", taken("status"), "<= 0.5 s"),
        ("the published file", size, "<= 3 GB at scale 10"),
    ]


def _why(bench: Bench, names: Iterable[str]) -> str:
    reasons = [f"{name} {bench.problems[name]}" for name in names if name in bench.problems]
    return "; ".join(reasons) or f"{' and '.join(names)} did not run"


def growth_since(bench: Bench, other: Path | None) -> dict[str, float]:
    """The exponent of each measurement and stage between another scale and this one, for what took a second or more."""
    if other is None:
        return {}
    then = json.loads(other.read_text())
    now = record(bench, {})
    step = bench.scale / then["scale"]
    pairs = {
        **{name: (now["medians"][name]["cpu"], then["medians"].get(name, {}).get("cpu")) for name in now["medians"]},
        **{name: (took, then["stages"].get(name)) for name, took in now["stages"].items()},
    }
    return {
        name: pl.select(pl.lit(a / b).log() / pl.lit(step).log()).item()
        for name, (a, b) in pairs.items()
        if a and b and max(a, b) >= 1
    }


def record(bench: Bench, growth: dict[str, float]) -> dict[str, Any]:
    """What the JSON file says."""
    names = [name for name in bench.runs if name not in bench.problems]
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        "scale": bench.scale,
        "times": bench.times,
        "medians": {name: {of: bench.median(name, of) for of in ("cpu", "wall", "mib")} for name in names},
        "stages": bench.stages,
        "not_measured": bench.problems,
        "ratios": ratios(bench),
        "growth": growth,
    }


def main() -> None:
    """Measure, print the table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--other", type=Path, help="the JSON of another scale, for the growth from it to this one")
    parser.add_argument("--times", type=int, help="5 unless given, 3 from scale 10 on")
    parser.add_argument("--budget", type=float, default=900, help="wall seconds after which a process is stopped")
    parser.add_argument("--only", action="append", choices=PARTS, help="one part of the work; all unless given")
    given = parser.parse_args()
    times = given.times or (3 if given.scale >= 10 else 5)
    with tempfile.TemporaryDirectory(prefix="greenloan_bench_") as folder:
        bench = Bench(given.scale, times, given.budget, Path(folder))
        bench.prepare()
        for part in given.only or PARTS:
            PARTS[part](bench)
        growth = growth_since(bench, given.other)
        rows = table(bench, growth)
        if given.json:
            given.json.write_text(json.dumps(record(bench, growth), indent=1) + "\n", encoding="utf-8")
    load = os.getloadavg()[0]
    print(f"\nscale {given.scale:g}, medians of {times}, {os.cpu_count()} cores, load {load:.1f}\n")  # noqa: T201
    print("\n".join(["| figure | now | goal |", "|---|---|---|", *(f"| {a} | {b} | {c} |" for a, b, c in rows)]))  # noqa: T201


def _compute(bench: Bench) -> None:
    bench.check()
    bench.compute()


PARTS: Final[dict[str, Callable[[Bench], None]]] = {
    "compute": _compute,
    "nights": Bench.nights,
    "stages": Bench.stages_of_a_night,
    "small": Bench.small_nights,
}

if __name__ == "__main__":
    main()
