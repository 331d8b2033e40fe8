"""The process in which Great Expectations evaluates the gates: a job on standard input, results on standard output.

Apart, because its import takes seconds (it runs beside the build) and because its SQLAlchemy pool keeps the file.
"""

import gc
import importlib
import json
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import flows  # noqa: F401 - its settings must be made before Great Expectations is imported

SHOWN_ROWS: Final = 5

OF_OTHER_GATES: Final = ("scipy.stats", "altair")
"""What Great Expectations imports for expectations that no gate of ours is: a third of its start."""

OF_OTHER_SOURCES: Final = ("spark_*.py", "pandas_*.py")
"""Its modules for data that lie in no database: a third of what is left."""


class WhenUsed(ModuleType):
    """Stands for a library until something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        """Import the library, and return what was asked for."""
        if name.startswith("__"):
            raise AttributeError(name)
        del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


class OnlyNames(ModuleType):
    """Stands for a module of which others take nothing but the names of its classes."""

    def __getattr__(self, name: str) -> Any:
        """Return a class without anything in it."""
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


def great_expectations() -> Any:
    """Return the library, imported without what no gate needs."""
    placeholders = [*map(WhenUsed, OF_OTHER_GATES), *map(OnlyNames, _other_sources())]
    sys.modules.update({one.__name__: one for one in placeholders if one.__name__ not in sys.modules})
    return importlib.import_module("great_expectations")


def _other_sources() -> Iterator[str]:
    found = find_spec("great_expectations")
    for folder in (found.submodule_search_locations or []) if found else []:
        fluent = Path(folder) / "datasource" / "fluent"
        for path in (path for pattern in OF_OTHER_SOURCES for path in fluent.glob(pattern)):
            yield f"great_expectations.datasource.fluent.{path.stem}"


def main() -> int:
    """Import, then wait for the job; an empty input means that the run has ended without one."""
    gc.disable()  # it ends before any garbage is worth the search
    gx = great_expectations()
    text = sys.stdin.read()
    if text:
        json.dump(evaluated(gx, json.loads(text)), sys.stdout, ensure_ascii=False)
    return 0


def evaluated(gx: Any, job: dict[str, Any]) -> list[dict[str, object]]:
    """Return what each gate of the job saw of its candidate."""
    batch = _batch(gx, job["candidate"])
    return [_result(gx, batch, gate, job["accepted"]) for gate in job["gates"]]


def _batch(gx: Any, candidate: str) -> Any:
    _buffer_duckdb_results()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    source = context.data_sources.add_sql(
        "candidate",
        connection_string=f"duckdb:///{candidate.replace('%', '%25')}",  # SQLAlchemy 2.1 decodes it
        create_temp_table=False,
        kwargs={"connect_args": {"read_only": True, "config": {"enable_external_access": "false"}}},
    )
    return source.add_query_asset("book", query="SELECT 1 AS one").add_batch_definition_whole_table("whole").get_batch()


def _result(gx: Any, batch: Any, gate: dict[str, Any], accepted: list[str]) -> dict[str, object]:
    # {batch} must occur in the text, where any other brace is doubled; the gate itself reads the whole file
    wrong = gate["wrong"].replace("{", "{{").replace("}", "}}")
    query = f"SELECT * FROM ({wrong}) AS wrong WHERE EXISTS (SELECT 1 FROM {{batch}})"
    expectation = gx.expectations.UnexpectedRowsExpectation(unexpected_rows_query=query)
    seen = batch.validate(expectation, result_format="COMPLETE")
    if "observed_value" not in seen.result:
        raise RuntimeError(f"gate {gate['name']} could not be evaluated: {seen.exception_info}")
    wrong = seen.result.get("details", {}).get("unexpected_rows", [])
    return {
        "gate": gate["name"],
        "is_passed": bool(seen.success),
        "is_accepted_by_hand": not seen.success and gate["is_comparison"] and gate["name"] in accepted,
        "count": 0 if seen.success else seen.result["observed_value"],
        "rows": [_texts(dict(row)) for row in wrong[:SHOWN_ROWS]],
    }


def _texts(row: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in row.items() if value is not None}


def _buffer_duckdb_results() -> None:
    """Great Expectations fetches after its connection has closed, and DuckDB has dropped the result by then."""
    import duckdb_engine
    from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy
    from sqlalchemy.engine.default import DefaultExecutionContext

    class Buffered(DefaultExecutionContext):
        def post_exec(self) -> None:
            if self.cursor is not None and self.cursor.description:
                rows = self.cursor.fetchall()
                self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(self.cursor, initial_buffer=rows)

    duckdb_engine.Dialect.execution_ctx_cls = Buffered  # type: ignore[assignment]


if __name__ == "__main__":
    raise SystemExit(main())
