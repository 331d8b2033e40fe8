"""Whatever a cell has become: what is accepted is what was typed, never another value and never another name."""

import random
import re
from collections import Counter
from decimal import Decimal
from typing import Final

import pytest

from tests.makers import accept_rows, make_entry, make_loan

TRAPS: Final = ("²", "①", "₁", "½", "Ⅳ", "٣", "\u200b", "\ufeff", "\u00a0", "\u3000", "\ue000", ",", ".", "'", "_", "-",
                "e9", "e-999", "0x", "NULL", "无",
    "%", "１", "，", "\ufffd", "锟斤拷", "\u202e", "\u00ad", " ", "1")  # fmt: skip
TYPED: Final = re.compile(r"[+-]?(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d{0,2}0*)?", re.ASCII)
DECIMAL_COMMA: Final = re.compile(
    r"[+-]?(?:\d+,(?:\d{1,2}|\d{4,})|0\d*,\d{3}|\d{4,},\d{3}|[\d.]*\.\d{3},\d+|\d+(?:\.\d{3}){2,})"
)
DOUBTFUL: Final = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
CELLS: Final = 400
FILE_CELLS: Final = 3_000


def half_width(text: str) -> str:
    """Full-width signs as ASCII ones, without blanks around."""
    return "".join(chr(ord(sign) - 0xFEE0) if "！" <= sign <= "～" else sign for sign in text).strip()


def mutated(text: str, dice: random.Random) -> str:
    for _ in range(dice.choice([0, 1, 1, 2, 3])):
        at = dice.randrange(len(text) + 1)
        text = text[:at] + dice.choice(TRAPS) + text[at + dice.choice([0, 0, 1]) :]
    return text


def amounts(count: int, seed: int) -> Counter[str]:
    """What became of damaged amounts: all of them in one file, and those of a decimal point in another."""
    dice = random.Random(seed)  # noqa: S311
    cells = [mutated(dice.choice(["1234.56", "1,234.56", "1234", "500.00", "12"]), dice) for _ in range(count)]
    return _amounts(cells) + _amounts([cell for cell in cells if not DECIMAL_COMMA.fullmatch(half_width(cell))])


def _amounts(cells: list[str]) -> Counter[str]:
    rows = [make_entry(entry_id=f"E{n}", amount=cell) for n, cell in enumerate(cells)]
    accepted = accept_rows("ledger", rows)
    assert accepted.rows.height + accepted.rejected.height == len(cells)
    is_in_doubt = any(DECIMAL_COMMA.fullmatch(half_width(cell)) for cell in cells)
    amounts = accepted.rows.select("entry_id", "amount").iter_rows()
    typed = ((half_width(cells[int(entry_id[1:])]), amount) for entry_id, amount in amounts)
    same = Counter(
        _is_amount(cell, amount, is_in_doubt=is_in_doubt) or f"another value: {cell!r}" for cell, amount in typed
    )
    return same + Counter({"refused": accepted.rejected.height})


def _is_amount(typed: str, amount: Decimal, *, is_in_doubt: bool) -> str:
    typed = re.sub(r"^'(?=\d+$)", "", typed)  # a spreadsheet's sign that a number is kept as text
    is_same = TYPED.fullmatch(typed) and amount == Decimal(typed.replace(",", ""))
    return "accepted as typed" if is_same and not (is_in_doubt and DOUBTFUL.fullmatch(typed)) else ""


def names(count: int, seed: int) -> Counter[str]:
    """What became of damaged ids and names, two cells a loan."""
    dice = random.Random(seed)  # noqa: S311
    cells = [(mutated("HT-2025-001", dice), mutated("工商银行上饶分行", dice)) for _ in range(count)]
    loans = [make_loan(loan_id=loan_id, lender=name, product_code=f"N{n}") for n, (loan_id, name) in enumerate(cells)]
    accepted = accept_rows("loans", loans)
    counts = Counter({"refused": 2 * accepted.rejected.height})
    for loan_id, lender, number in accepted.rows.select("loan_id", "lender", "product_code").iter_rows():
        typed = cells[int(number[1:])]
        for read, meant in ((loan_id, half_width(typed[0])), (lender, typed[1].strip())):
            is_same = read == meant and read.isprintable()
            counts["accepted as typed" if is_same else f"another value: {typed!r}"] += 1
    return counts


def assert_none_other(counts: Counter[str]) -> None:
    assert set(counts) == {"accepted as typed", "refused"}, counts


def test_an_accepted_amount_is_the_one_that_was_typed() -> None:
    assert_none_other(amounts(CELLS, seed=9))


def test_an_accepted_id_or_name_is_the_one_that_was_typed() -> None:
    assert_none_other(names(CELLS, seed=10))


@pytest.mark.proof
def test_of_a_hundred_thousand_cells_none_is_accepted_as_another_value() -> None:
    counts: Counter[str] = Counter()
    for seed in range(1_000, 1_010):
        counts += amounts(FILE_CELLS, seed) + names(FILE_CELLS, seed)
    print(dict(counts))  # noqa: T201 - shown by pytest -s
    assert_none_other(counts)
    assert counts.total() >= 100_000
