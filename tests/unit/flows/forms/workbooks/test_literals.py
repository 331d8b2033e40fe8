"""A cell whose number format shows a reader another number than it holds costs its row; all other formats stay."""

import io
import zipfile
from typing import Final

import pytest

from flows.forms.workbooks.cells import matters
from flows.forms.workbooks.literals import shown_otherwise
from flows.pages.template_layout import KINDS
from tests.forms import LOAN_HEADER, accept_file, make_loan_row, make_sheet_of
from tests.xls import make_xls

AMOUNT: Final = LOAN_HEADER.index("合同金额")
TO_DO: Final = "write it plainly, in a cell formatted as 0.00"
STYLES: Final = "xl/styles.xml"

ANOTHER: Final = [
    ("12", '0"0"', "120"), ("12", "0\\0", "120"), ("12", "0!0", "120"), ("0", '"1"0', "10"),
    ("12.5", '0.0"5"', "12.55"),
    ("5", "[$5-804]0", "55"), ("5", "[$5]0", "55"), ("5", "*70", "75"), ("5", '"０"0', "０5"), ("2.5", '0"0"', "30"),
    ("5", '"-"0', "-5"), ("5", "-0", "-5"), ("5", "\\-0", "-5"), ("5", "*-0", "-5"), ("5", "[$-]-0", "-5"),
    ("5", '0"-"', "5-"),
    ("5", '"−"0', "−5"), ("5", '"△"0', "△5"), ("5", '"负"0', "负5"), ("5", '"-¥"0', "-¥5"),
    ("5", "-[$CNY] 0", "-CNY 5"),
    ("5", "(0)", "(5)"), ("5", '"（"0"）"', "（5）"), ("-5", "0;0", "5"), ("-5", "-0", "--5"), ("-5", "0;(-0)", "(-5)"),
    ("1234", "0\\.00", "12.34"), ("1234", '0"."00', "12.34"), ("5", '"."0', ".5"), ("5", '"0."0', "0.5"),
    ("1234", "00\\:00", "12:34"), ("1234", '0"小时"00"分"', "12小时34分"), ("12", '0" "0', "1 2"),
    ("5", '0"e3"', "5e3"), ("5", '"CO2"0', "CO25"), ("5", '0" 10^4 t"', "5 10^4 t"), ("5", '0"²"', "5²"),
    ("5", '"三"0', "三5"), ("500", ";;;", ""), ("5", '"8"', "8"), ("0", '0;-0;"8"', "8"), ("0.05", '"1"0%', "15%"),
    ("7", '[>3]0"0";0', "70"), ("80000", "0\\.0,", "8.0"), ("5", 'General"0"', "50"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "code", "seen"), ANOTHER)
def test_a_format_that_shows_another_number_is_known_by_what_it_shows(value: str, code: str, seen: str) -> None:
    assert shown_otherwise(value, code) == seen


ACCOUNTING: Final = '_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-'
IN_BRACKETS: Final = '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)'
ITS_OWN: Final = [
    "0.00", "#,##0", "#,##0.00", "General", "@", "0", "00000", "0%", "0.00%;-0.00%", "0.##", "0.", "# ?/?", "0.00E+00",
    "#,##0_);(#,##0)", "0;-0", "0;[Red]-0", "0.00;[Red]0.00", "0.00_);[Red](0.00)", "0.00_ ;[Red]\\-0.00\\ ",
    ACCOUNTING, IN_BRACKETS, "+0;-0;0", '0;-0;"-"', "0;-0;;@", '0"元"', '0"(万元)"', '"(元)"0', '"负债"0', '0;"负"0',
    '0.00"tCO2e"', '0"m3"',
    "[$¥-804]#,##0.00;-[$¥-804]#,##0.00", "$#,##0;-$#,##0", "[$-804]0", "# ##0", "#\\ ###\\ ##0.00", "#'##0", "#,##0,",
    'G/通用格式"元"', "[DBNum2][$-804]General", "[Red]0", "[<0]-0;0", "[>=100]0;0", '"NO-TAX "0', '0"kWh/m2-a"',
    'yyyy"年"m"月"', "yyyy-mm-dd hh:mm:ss", "[h]:mm",
]  # fmt: skip


@pytest.mark.parametrize("code", [*ITS_OWN, *(kind.number_format for kind in KINDS.values())])
def test_a_format_without_such_signs_shows_what_the_cell_holds(code: str) -> None:
    assert [shown_otherwise(value, code) for value in ("1234567", "5", "0", "-5")] == [None] * 4


def test_each_such_format_is_looked_at_in_a_sheet() -> None:
    assert [code for _, code, _ in ANOTHER if not matters(code)] == []
    assert [code for code in ("0.00", "#,##0.00", ACCOUNTING, IN_BRACKETS) if matters(code)] == []


@pytest.mark.parametrize("is_xls", [False, True])
def test_a_cell_that_shows_another_number_costs_its_row_and_the_reason_names_both(*, is_xls: bool) -> None:
    codes = {"L1": '0"0"', "L2": ACCOUNTING, "L3": '"-"0'}
    rows = [make_loan_row(贷款编号=loan, 合同金额=12.0) for loan in codes]
    formats = {(at, AMOUNT): code for at, code in enumerate(codes.values(), start=1)}
    for row, code in zip(rows, codes.values(), strict=True):
        if is_xls:
            row[AMOUNT] = (12.0, code)
    content = make_xls([LOAN_HEADER, *rows]) if is_xls else make_sheet_of([LOAN_HEADER, *rows], formats=formats)
    accepted = accept_file(content, "loans.xls" if is_xls else "loans.xlsx")
    assert accepted.rows["loan_id"].to_list() == ["L2"]
    assert accepted.rejected.select("source_row", "rule", "value", "reason").rows() == [
        (
            row,
            "number_format",
            "12",
            f"contract_amount 12 is shown as {seen}; write it plainly, in a cell formatted as 0.00",
        )
        for row, seen in ((2, '120 by the number format 0"0"'), (4, '-12 by the number format "-"0'))
    ]


def test_an_id_that_is_shown_with_another_digit_costs_its_row() -> None:
    content = make_sheet_of([LOAN_HEADER, make_loan_row(贷款编号=2)], formats={(1, 0): '"1"0'})
    assert accept_file(content, "loans.xlsx").rejected.select("rule", "column").rows() == [("number_format", "loan_id")]


SIGNED_ON: Final = LOAN_HEADER.index("签订日期")


@pytest.mark.parametrize(
    ("code", "is_refused"),
    [
        ('"2025-"mm-dd', True),
        ('yyyy-mm-"15"', True),
        ("yyyy-m\\1-dd", True),
        ('yyyy"年"m"月"d"日"', False),
        ("yyyy-mm-dd", False),
        ('yyyy-mm-dd" 00:00"', False),
        ("[$-804]yyyy/m/d;@", False),
        ("0000-00-00", False),
    ],
)
def test_a_day_that_is_shown_with_digits_of_its_format_costs_its_row(code: str, *, is_refused: bool) -> None:
    """20 December 2024, shown as in 2025 or as another day; 20241220 under 0000-00-00 shows that day."""
    day = 20241220 if code == "0000-00-00" else 45646
    content = make_sheet_of([LOAN_HEADER, make_loan_row(签订日期=day)], formats={(1, SIGNED_ON): code})
    rejected = accept_file(content, "loans.xlsx").rejected
    assert rejected.select("rule", "column").rows() == [("number_format", "sign_date")] * is_refused


@pytest.mark.parametrize("code", ["仟元", "拾万元", "K", "M", "mn", "‱", "bp", "基点"])
def test_a_scale_beside_the_number_is_another_unit_however_it_is_written(code: str) -> None:
    content = make_sheet_of([LOAN_HEADER, make_loan_row()], formats={(1, AMOUNT): f'0"{code}"'})
    rejected = accept_file(content, "loans.xlsx").rejected
    assert rejected.select("rule", "column").rows() == [("number_format", "contract_amount")]


@pytest.mark.parametrize("sign", ["[", "[$", "&quot;", "_", "(", "0,", "0."])
def test_a_format_of_a_megabyte_costs_its_row_and_no_time(sign: str) -> None:
    content = make_sheet_of([LOAN_HEADER, make_loan_row()], formats={(1, AMOUNT): '0"in place"'})
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(changed, "w") as anew:
        for name in archive.namelist():
            data = archive.read(name)
            anew.writestr(name, data.replace(b"in place", sign.encode() * 1_000_000) if name == STYLES else data)
    rejected = accept_file(changed.getvalue(), "loans.xlsx").rejected
    assert rejected["reason"].to_list() == [
        f"contract_amount 500 has a number format of more than 255 characters; {TO_DO}"
    ]
