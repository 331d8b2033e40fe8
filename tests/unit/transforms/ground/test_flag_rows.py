"""A sentence is filled with the facts of its flag; what the flag does not know is filled with words of the sentence."""

import polars as pl
import pytest

from transforms.ground.flag_rows import UNKNOWN, flags, notice, noticed, with_sentences

SENTENCES = {
    "unmeasured": {
        "en": "{plant}: measured is {amount}",
        "zh": "{plant}：实测{amount}",
        "else": {"amount": {"en": "nothing", "zh": "无"}},
    }
}


@pytest.mark.parametrize(
    ("amount", "english", "chinese"),
    [
        ("5 t", "P1: measured is 5 t", "P1：实测5 t"),
        (None, "P1: measured is nothing", "P1：实测无"),
        (f"steam {UNKNOWN}, fuel 5 t", "P1: measured is steam nothing, fuel 5 t", "P1：实测steam 无, fuel 5 t"),
    ],
)
def test_what_is_not_known_is_filled_with_the_sentences_own_words(
    amount: str | None, english: str, chinese: str
) -> None:
    row = pl.DataFrame({"plant": ["P1"], "amount": [amount]}, schema={"plant": pl.String, "amount": pl.String})
    of_table = flags(row, "unmeasured", "plant", "plant", "amount")
    of_file = noticed([("P1", notice("unmeasured", plant="P1", amount=amount))])
    for facts in (of_table, of_file):
        assert with_sentences(facts, SENTENCES).select("message", "message_zh").rows() == [(english, chinese)]
