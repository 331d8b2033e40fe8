"""Whatever a cell has become: what is accepted is what was typed, never another value and never another name."""

import random
import re
from decimal import Decimal
from typing import Final

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


def half_width(text: str) -> str:
    """Full-width signs as ASCII ones, without blanks around."""
    return "".join(chr(ord(sign) - 0xFEE0) if "！" <= sign <= "～" else sign for sign in text).strip()


def mutated(text: str, dice: random.Random) -> str:
    for _ in range(dice.choice([0, 1, 1, 2, 3])):
        at = dice.randrange(len(text) + 1)
        text = text[:at] + dice.choice(TRAPS) + text[at + dice.choice([0, 0, 1]) :]
    return text


def test_an_accepted_amount_is_the_one_that_was_typed() -> None:
    dice = random.Random(9)  # noqa: S311
    cells = [mutated(dice.choice(["1234.56", "1,234.56", "1234", "500.00", "12"]), dice) for _ in range(CELLS)]
    for part in (cells, [cell for cell in cells if not DECIMAL_COMMA.fullmatch(half_width(cell))]):
        rows = [make_entry(entry_id=f"E{n}", amount=cell) for n, cell in enumerate(part)]
        accepted = accept_rows("ledger", rows)
        is_in_doubt = any(DECIMAL_COMMA.fullmatch(half_width(cell)) for cell in part)
        for entry in accepted.rows.to_dicts():
            typed = half_width(part[int(entry["entry_id"][1:])])
            assert TYPED.fullmatch(typed), typed
            assert entry["amount"] == Decimal(typed.replace(",", "")), typed
            assert not (is_in_doubt and DOUBTFUL.fullmatch(typed)), typed
        assert 0 < accepted.rows.height < len(part)
        assert accepted.rows.height + accepted.rejected.height == len(part)


def test_an_accepted_id_or_name_is_the_one_that_was_typed() -> None:
    dice = random.Random(10)  # noqa: S311
    cells = [(mutated("HT-2025-001", dice), mutated("工商银行上饶分行", dice)) for _ in range(CELLS)]
    loans = [make_loan(loan_id=loan_id, lender=name, product_code=f"N{n}") for n, (loan_id, name) in enumerate(cells)]
    accepted = accept_rows("loans", loans)
    for loan in accepted.rows.to_dicts():
        loan_id, name = cells[int(loan["product_code"][1:])]
        assert loan["loan_id"] == half_width(loan_id)
        assert loan["lender"] == name.strip()
        assert "".join((loan["loan_id"], loan["lender"])).isprintable()
    assert 0 < accepted.rows.height < CELLS
