"""The order of a list of words decides which of several that hold is taken."""

import polars as pl
import pytest

from transforms.ground.cases import first_word

HOLDS = {"refused": pl.col("is_refused"), "measured": pl.col("is_measured")}


def chosen(words: list[str], is_refused: bool | None, is_measured: bool | None) -> str:
    row = pl.DataFrame({"is_refused": [is_refused], "is_measured": [is_measured]}, schema_overrides=BOOLEANS)
    return str(row.select(first_word(words, HOLDS)).item())


BOOLEANS = {"is_refused": pl.Boolean, "is_measured": pl.Boolean}


@pytest.mark.parametrize(
    ("words", "is_refused", "is_measured", "status"),
    [
        (["refused", "measured", "blocked"], True, True, "refused"),
        (["measured", "refused", "blocked"], True, True, "measured"),
        (["refused", "measured", "blocked"], False, False, "blocked"),
        (["refused", "measured", "blocked"], None, True, "measured"),
    ],
)
def test_the_first_word_of_the_list_that_holds_is_taken(
    words: list[str], is_refused: bool | None, is_measured: bool | None, status: str
) -> None:
    assert chosen(words, is_refused, is_measured) == status


def test_a_word_that_the_list_gains_must_have_a_condition() -> None:
    with pytest.raises(ValueError, match="each of \\['measured', 'promised', 'refused'\\] has one"):
        first_word(["refused", "measured", "promised", "blocked"], HOLDS)
