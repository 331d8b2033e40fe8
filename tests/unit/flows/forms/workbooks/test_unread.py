"""A cell whose value cannot be read refuses its row by name; the other rows of the workbook are read."""

import io
import zipfile
from typing import Final

import pytest

from flows.forms.readers import read_grids
from schemas.errors import UnreadableDelivery
from tests.forms import LOAN_HEADER, accept_file, make_loan_row, make_sheet_of
from tests.xls import make_xls

RATE: Final = LOAN_HEADER.index("年利率")
SIGNED: Final = LOAN_HEADER.index("签订日期")
SHEET: Final = "xl/worksheets/sheet1.xml"


def with_cell(old: str, new: str, content: bytes) -> bytes:
    """The workbook with another text in its sheet's XML."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(changed, "w") as anew:
        for name in archive.namelist():
            data = archive.read(name)
            assert name != SHEET or old.encode() in data
            anew.writestr(name, data.replace(old.encode(), new.encode()) if name == SHEET else data)
    return changed.getvalue()


OF_KINDS: Final = {
    "infinite": ("<c><v>1e400</v></c>", "1e400"),
    "infinite below 0": ("<c><v>-1e400</v></c>", "-1e400"),
    "no number": ('<c t="n"><v>NaN</v></c>', "NaN"),
    "inf": ('<c t="n"><v>inf</v></c>', "inf"),
    "full width": ('<c t="n"><v>７</v></c>', "７"),
    "a blank": ('<c t="n"><v>1 000</v></c>', "1 000"),
    "a kind that is not known": ('<c t="q"><v>777</v></c>', "777"),
    "neither true nor false": ('<c t="b"><v>777</v></c>', "777"),
    "an error that is not known": ('<c t="e"><v>#HELP!</v></c>', "#HELP!"),
    "a text that is not there": ('<c t="s"><v>999</v></c>', "999"),
    "a text by a name": ('<c t="s"><v>first</v></c>', "first"),
    "a text before the first": ('<c t="s"><v>-1</v></c>', "-1"),
    "a text by a power": ('<c t="s"><v>1e0</v></c>', "1e0"),
    "a text by nothing": ('<c t="s"><v></v></c>', "?"),
    "a text beyond all numbers": ('<c t="s"><v>99999999999</v></c>', "99999999999"),
    "a text by a number in full width": ('<c t="s"><v>７</v></c>', "７"),
    "in a formula": ("<c><f>2*3</f><v>inf</v></c>", "inf"),
}


def test_a_cell_whose_value_its_kind_cannot_hold_refuses_its_row_alone() -> None:
    """Below L1 a row for each kind, every second one with its place; L99 is whole again."""
    loans = [f"L{at}" for at in range(1, len(OF_KINDS) + 1)]
    rows = [LOAN_HEADER, *(make_loan_row(贷款编号=loan, 合同金额=7000 + at) for at, loan in enumerate(loans))]
    content = make_sheet_of([*rows, make_loan_row(贷款编号="L99")])
    for at, (cell, _) in enumerate(OF_KINDS.values()):
        place = f'r="E{at + 2}"'
        placed = cell.replace("<c", f"<c {place}", 1) if at % 2 else cell
        content = with_cell(f"<c {place}><v>{7000 + at}</v></c>", placed, content)
    accepted = accept_file(content, "loans.xlsx")
    assert accepted.rows["loan_id"].to_list() == ["L99"]
    refused = accepted.rejected.select("source_row", "rule", "column", "value", "reason").rows()
    assert refused == [
        (
            at,
            "unreadable_cell",
            "contract_amount",
            text,
            f"contract_amount is {text}, which a cell of its kind cannot hold; enter it again",
        )
        for at, (_, text) in enumerate(OF_KINDS.values(), start=2)
    ]


def test_several_such_cells_are_all_named_and_a_format_of_per_cent_has_no_say() -> None:
    rows = [
        LOAN_HEADER,
        make_loan_row(年利率=0.125),
        make_loan_row(贷款编号="L2", 年利率=0.125),
        make_loan_row(贷款编号="L3"),
    ]
    formats = {(at, RATE): "0.0%" for at in (1, 2)}
    content = with_cell("<v>0.125</v>", "<v>1e999</v>", make_sheet_of(rows, formats=formats))
    accepted = accept_file(content, "loans.xlsx")
    assert accepted.rows["loan_id"].to_list() == ["L3"]
    assert accepted.rejected.select("source_row", "column").rows() == [(2, "annual_rate_pct"), (3, "annual_rate_pct")]


def test_no_number_in_a_cell_of_days_is_not_a_day_before_the_calendar_of_spreadsheets() -> None:
    """calamine shows NaN as 1899-12-30, and ends at a day that is too long before that."""
    rows = [LOAN_HEADER, *(make_loan_row(贷款编号=loan, 签订日期=day) for loan, day in (("L1", 45000), ("L2", 45001)))]
    content = make_sheet_of(rows, formats={(at, SIGNED): "yyyy-mm-dd" for at in (1, 2)})
    for value, wrong in (("45000", "NaN"), ("45001", "-1e15")):
        content = with_cell(f"<v>{value}</v>", f"<v>{wrong}</v>", content)
        refused = accept_file(content, "loans.xlsx").rejected.select("rule", "value").rows()
        assert refused[-1] == ("unreadable_cell", wrong)


def test_an_error_without_a_name_is_refused_in_one_true_sentence() -> None:
    for cell in ('<c r="E2" t="e"><v></v></c>', '<c r="E2" t="e"/>'):
        content = with_cell('<c r="E2"><v>500</v></c>', cell, make_sheet_of([LOAN_HEADER, make_loan_row()]))
        assert accept_file(content, "loans.xlsx").rejected.select("rule", "reason").rows() == [
            ("spreadsheet_error", "contract_amount is an error of the spreadsheet without a name; send the value")
        ]


def test_a_sheet_of_another_fault_is_refused_for_that() -> None:
    cell = '<c r="E2"><v>500</v></c>'
    content = make_sheet_of([LOAN_HEADER, make_loan_row()])
    twice = with_cell(cell, cell.replace("500", "NaN") + cell, content)
    with pytest.raises(UnreadableDelivery, match="holds cell E2 twice"):
        read_grids(twice, "loans.xlsx")


def test_an_xls_with_such_a_number_names_sheet_and_row() -> None:
    content = make_xls([["loan_id", "amount"], ["L1", float("nan")]])
    with pytest.raises(UnreadableDelivery, match=r"sheet .*, in row 2, is not a number"):
        read_grids(content, "loans.xls")
