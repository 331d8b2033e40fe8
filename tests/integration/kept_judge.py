"""The judging process kept for all nights of a test worker: Great Expectations is imported once, each night is a fork.

The gates are evaluated by the program's own code on the real candidate; only the eight seconds of import are shared.
"""

import gc
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import IO, Any, Final

import duckdb

from flows.gates.judged import Gate, job_of

PROGRAM: Final = [sys.executable, "-m", "tests.integration.kept_judge"]
CHECKOUT: Final = Path(__file__).resolve().parents[2]


class KeptJudge:
    """Takes the place of flows.gates.judged.Judge; its process lives as long as the worker."""

    _process: "subprocess.Popen[str] | None" = None

    @classmethod
    def _pipes(cls) -> tuple[IO[str], IO[str]]:
        if cls._process is None:
            cls._process = subprocess.Popen(
                PROGRAM, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT
            )
        assert cls._process.stdin
        assert cls._process.stdout
        return cls._process.stdin, cls._process.stdout

    def seen(self, candidate: Path, gates: Collection[Gate], accepted: Collection[str]) -> list[dict[str, Any]]:
        """Return what each gate saw."""
        ask, answers = self._pipes()
        with tempfile.NamedTemporaryFile("r", suffix=".json") as answer:
            ask.write(json.dumps({"job": job_of(candidate, gates, accepted), "answer": answer.name}) + "\n")
            ask.flush()
            assert answers.readline() == "0\n", "the gates could not be evaluated: see standard error"
            return list(json.load(answer))

    def dismiss(self) -> None:
        """The process waits for the next night."""

    @classmethod
    def end(cls) -> None:
        """End the process with the worker."""
        if cls._process is not None:
            cls._process.communicate("")
            cls._process = None


def main() -> int:
    """Import, then fork for each line of standard input and answer with the exit code of the fork."""
    from flows.gates.great_expectations import evaluated, great_expectations

    gx = great_expectations()

    def evaluate(request: dict[str, Any]) -> None:
        Path(request["answer"]).write_text(json.dumps(evaluated(gx, request["job"])), encoding="utf-8")

    with tempfile.TemporaryDirectory() as folder:  # what the library makes at its first use is made before the forks
        candidate, gate = Path(folder, "empty.duckdb"), Gate("nothing", "SELECT 1 AS one WHERE false")
        duckdb.connect(str(candidate)).close()
        evaluate({"job": job_of(candidate, [gate], ()), "answer": Path(folder, "answer.json")})
    gc.collect()  # and closes the file
    for line in sys.stdin:
        child = os.fork()
        if not child:
            code = 1
            try:
                evaluate(json.loads(line))
                code = 0
            finally:
                sys.stderr.flush()
                os._exit(code)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # a library would count what is left
