"""On how many made-up books a law is tried: a few by default, twenty times as many in the long form (make proofs)."""

import os
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import settings

TIMES: Final = int(os.environ.get("GREENLOAN_TEST_TIMES", "1"))


def tried_on(count: int) -> Callable[[Any], Any]:
    """Mark a law, and try it on that number of examples, or on GREENLOAN_TEST_TIMES as many."""
    return lambda law: pytest.mark.law(settings(max_examples=count * TIMES)(law))
