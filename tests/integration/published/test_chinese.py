"""Who reads Chinese reads no English within a sentence: no conjunction, no name of a reading, no half of a remark."""

import pytest

from flows.gates.comparisons import comparisons
from flows.gates.judged import INVARIANTS, Gate
from flows.gates.seen import CHINESE, OF_JSON
from tests.integration.chinese import english_in_chinese
from tests.integration.program import Home
from tests.makers import KNOWN_AT, reference


def test_the_sample_book_says_nothing_in_english_where_it_speaks_chinese(sample_home: Home) -> None:
    assert english_in_chinese(sample_home) == []


@pytest.mark.parametrize(
    "gate", [*INVARIANTS, *comparisons(reference().gates, KNOWN_AT)], ids=lambda gate: str(gate.name)
)
def test_every_column_that_a_gate_may_show_has_its_name_in_chinese(sample_home: Home, gate: Gate) -> None:
    shown = [row["column_name"] for row in sample_home.rows(f"DESCRIBE {gate.wrong}")]
    names = {str(name).removesuffix(OF_JSON) for name in shown if not str(name).endswith(CHINESE)}
    assert names
    assert {f"label_{name}" for name in names} <= set(reference().sentences)
