"""A large text is read by a process of its own and comes as columns: the same rows, refusals and notices as a small."""

import io
import random
from collections.abc import Callable
from typing import Final

import pytest
from polars.testing import assert_frame_equal

from flows.forms import lines, text
from flows.forms.lines import Lines, most_cells, read_slices
from schemas.errors import UnreadableDelivery
from tests.makers import make_entry, reference
from tests.properties.fuzz import MUTATIONS
from transforms.deliveries.sheets.grid import Grid
from transforms.deliveries.tables.split import rows_of, split_grid

FIRST: Final = 24


def rows_below(count: int = 40, **named: str) -> list[str]:
    entries = (make_entry(entry_id=f"E{n:05}", amount=f"{n}.00", **named) for n in range(1, count + 1))
    return [",".join(str(cell or "") for cell in entry.values()) for entry in entries]


HEADER: Final = ",".join(make_entry())
ROWS: Final = rows_below()


def small(content: bytes) -> Grid:
    (grid,) = text.text_grids(content, "ledger.csv")
    return grid


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], Grid]:
    """Reads in columns from the 25th row on, in this process."""

    def in_columns(content: bytes, encoding: str, delimiter: str) -> object:
        parts = [*read_slices(Lines(io.TextIOWrapper(io.BytesIO(content), encoding, newline="")), delimiter)]
        return [row for part in parts for row in part.rows], text.pl.concat(part.columns for part in parts)

    def read(content: bytes) -> Grid:
        with monkeypatch.context() as patch:
            patch.setattr(lines, "FIRST_ROWS", FIRST)
            patch.setattr(lines, "SLICE_CHARACTERS", 400)
            patch.setattr(text, "SMALL_BYTES", 0)
            patch.setattr(text, "_large", in_columns)
            return small(content)

    return read


def assert_same(content: bytes, large: Callable[[bytes], Grid], table: str = "ledger") -> None:
    aliases = reference().aliases
    few, many = small(content), large(content)
    assert (many.encoding, many.delimiter, many.is_unended) == (few.encoding, few.delimiter, few.is_unended)
    assert rows_of(many, table, aliases) == rows_of(few, table, aliases)
    assert rows_of(many, None, aliases) == rows_of(few, None, aliases)
    one, other = (split_grid(grid, table, aliases) for grid in (few, many))
    assert other.header == one.header
    assert list(other.notices) == list(one.notices)
    for name in ("cells", "misshapen", "totals", "marks"):
        assert_frame_equal(getattr(other, name), getattr(one, name))


@pytest.mark.parametrize(
    "below",
    [
        [],
        ["合计,,,,,6,"],
        ["总 计：" + "," * 6],
        ["注：以上金额" + "," * 6],
        ["Total,L1,2025-01-01,2025-01-01,x,5,CNY"],
        ["E1,L1"],
        ["E1,L1,2025-01-01,,DISBURSEMENT,5.00,CNY,,,extra"],
        [",,,,,,,"],
        ["", " ,\u3000,,\x1c,,,,"],
        ['E1,"L,1",2025-01-01,,DISBURSEMENT,"5.00\n",CNY,'],
        ['E1,L1,"2025-01-01\n', '",,DISBURSEMENT,5.00,CNY,'],
        ["1234567890123456000" + ROWS[0][6:]],
        ["1234567890123456789" + ROWS[0][6:]],
        [ROWS[0].replace("CNY", "USD")],
        [ROWS[0].replace("CNY", "")],
        [HEADER],
        ["单位：万元"],
    ],
    ids=repr,
)
@pytest.mark.parametrize("above", [[], ["绿色贷款台账", "币种：人民币"], ["单位：万元"]], ids=repr)
def test_a_row_is_the_same_among_few_and_among_many(
    above: list[str], below: list[str], large: Callable[[bytes], Grid]
) -> None:
    assert_same("\n".join([*above, HEADER, *ROWS, *below, *ROWS[:3], ""]).encode(), large)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_make_no_difference(encoding: str, end: str, large: Callable[[bytes], Grid]) -> None:
    text = end.join([HEADER, *rows_below(loan_id="合同𠮷一"), "注：以上", ROWS[0]])
    assert_same(text.encode(encoding), large)
    assert large(text.encode(encoding)).below is not None


def test_rows_that_end_in_a_delimiter_are_rows_and_a_column_of_units_is_read(large: Callable[[bytes], Grid]) -> None:
    assert_same("\n".join([HEADER, *(f"{row}," for row in ROWS), ""]).encode(), large)
    assert_same("\n".join([f"{HEADER},单位", *(f"{row},万元" for row in ROWS), ""]).encode(), large)


def test_damage_is_read_or_refused_alike(large: Callable[[bytes], Grid]) -> None:
    plain = "\n".join([HEADER, *rows_below(60, loan_id="合同一"), "合计,,,,,6,", ""]).encode()
    dice = random.Random(11)  # noqa: S311
    damaged = [dice.choice(MUTATIONS)(dice.choice(MUTATIONS)(plain, dice), dice) for _ in range(120)]
    refused = [(content, reason) for content in damaged if (reason := refusal(content, small))]
    assert 0 < len(refused) < len(damaged)
    for content in damaged:
        if content not in dict(refused):
            assert_same(content, large)
    assert [refusal(content, large) for content, _ in refused] == [reason for _, reason in refused]


def refusal(content: bytes, read: Callable[[bytes], Grid]) -> str | None:
    try:
        split_grid(read(content), "ledger", reference().aliases)
    except UnreadableDelivery as error:
        return str(error)
    return None


def test_a_text_holds_as_many_cells_as_a_ledger_of_its_size_at_most() -> None:
    mib = 1 << 20
    assert most_cells(50 * mib) == 16_000_000
    assert most_cells(256 * mib) == 53_687_091  # 1,,,,,,, and its line end would hold 238 million
    assert most_cells(996_000_000) >= 12_000_000 * 8  # a plain ledger
    assert most_cells(5_000 * mib) == 200_000_000


def test_a_text_of_more_cells_than_it_may_hold_is_refused() -> None:
    content = "\n".join([HEADER, *rows_below(100)])
    with pytest.raises(ValueError, match="it holds more than 100 cells"):
        list(read_slices(Lines(io.StringIO(content, newline="")), ",", most=100))
