"""One measurement, in a process of its own: `python -m tests.benchmarks.one WHAT PATH...` (tests/benchmarks/bench.py).

Only what is measured is imported.
"""

import importlib
import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

RIVALS: Final = ("rivals.with_numpy", "rivals.with_duckdb", "rivals.with_pandas")
FORMS: Final = dict(zip(("compute", "numpy", "duckdb", "pandas"), ("program", *RIVALS), strict=True))
ANALYSTS: Final = Path(__file__).resolve().parents[2] / "docs" / "analysts.md"

SUMMED: Final = {
    "ledger": "amount",
    "operating": "value",
    "loans": "contract_amount",
    "fx": "rate",
    "projects": "total_investment",
    "parameters": "value",
}
"""A column of numbers of each table."""


def _form(name: str) -> Any:
    return importlib.import_module(f"tests.benchmarks.{name}")


def check(accepted: Path) -> None:
    """Compare the forms' figures with the program's."""
    differences = _form("work").differences
    program = _form("program")
    figures = program.comparable(program.work(accepted))
    for name in RIVALS:
        if found := differences(_form(name).work(accepted), figures):
            sys.exit(f"{name}: {'; '.join(found)}")


def every_rule(accepted: Path) -> None:
    """Do the fixed work for every rule and basis, and for the halves too."""
    _form("program").work_of_every_rule(accepted)


def rows(accepted: Path, count: int) -> None:
    """Do the fixed work row by row for the first projects."""
    _form("rivals.row_by_row").work(accepted, count)


def scan(folder: Path) -> None:
    """Read every CSV with DuckDB, its columns and types named so that it need not guess, and sum what it holds."""
    import duckdb  # noqa: PLC0415

    for table, number in SUMMED.items():
        first = next(folder.glob(f"*/{table}_*.csv"))
        with first.open(encoding="utf-8") as file:
            columns = file.readline().strip().split(",")
        types = ", ".join(f"{name}: '{_type(name, number)}'" for name in columns)
        counts = ", ".join(f"count({name})" for name in columns)
        files = f"read_csv('{folder}/*/{table}_*.csv', auto_detect = false, header = true, columns = {{{types}}})"
        duckdb.sql(f"SELECT sum({number}), {counts} FROM {files}").fetchall()


def _type(column: str, number: str) -> str:
    if column == number:
        return "DOUBLE"
    if column.endswith("_at"):
        return "TIMESTAMPTZ"
    is_day = column in {"date", "valid_from", "valid_to"} or column.endswith(("_date", "_start", "_end"))
    return "DATE" if is_day else "VARCHAR"


def acceptance(folder: Path, home: Path) -> None:
    """Land the files and read them: every row accepted, or refused with its reasons."""
    _form("stages").read(folder, home)


def stages(folder: Path, home: Path, out: Path) -> None:
    """Write the CPU seconds of each stage, as each ends: what is not there was not reached."""
    took: dict[str, float] = {}

    def timed(name: str, stage: Callable[..., Any], *given: Any) -> Any:
        begun = time.process_time()
        made = stage(*given)
        took[name] = time.process_time() - begun
        out.write_text(json.dumps(took))
        return made

    _form("stages").through(folder, home, timed)


def macro(warehouse: Path) -> None:
    """Ask the published file for every loan's reductions of a year."""
    import duckdb  # noqa: PLC0415

    with duckdb.connect(str(warehouse), read_only=True) as book:
        book.sql(
            "SELECT sum(attributed_reductions_tco2e) FROM mart.attributed('2025-01-01', '2025-12-31', 'daily_average')"
        ).fetchall()


def queries(warehouse: Path) -> None:
    """Ask every query of the analysts' page."""
    import duckdb  # noqa: PLC0415

    texts = re.findall(r"```sql\n(.*?)```", ANALYSTS.read_text(encoding="utf-8"), re.DOTALL)
    with duckdb.connect(str(warehouse), read_only=True) as book:
        for statement in (part.strip() for text in texts for part in text.split(";") if part.strip()):
            if "ATTACH" not in statement:
                book.execute(statement).fetchall()


def main() -> None:
    """Do one thing."""
    what, *given = sys.argv[1:]
    paths = [Path(one) for one in given]
    if what in FORMS:
        _form(FORMS[what]).work(*paths)
    elif what.startswith("rows_"):
        rows(*paths, int(what[5:]))
    else:
        DONE[what](*paths)


DONE: Final[dict[str, Callable[..., None]]] = {
    one.__name__: one for one in (check, every_rule, scan, acceptance, stages, macro, queries)
}

if __name__ == "__main__":
    main()
