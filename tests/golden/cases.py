"""The published cases, each with its source, and the mark that hands one to a test."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

Case = dict[str, Any]
CASES: Final[dict[str, Case]] = {
    case["id"]: case for case in json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))
}


def golden(case_id: str) -> Callable[[Any], Any]:
    """Hand the case to the test and name its source in the test's id."""
    case = CASES[case_id]
    return pytest.mark.parametrize("case", [case], ids=[f"{case_id}: {case['source']}"])
