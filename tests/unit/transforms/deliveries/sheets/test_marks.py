"""A cell of a spreadsheet keeps what it shows: per cent, errors, formulas, merged cells, days, digits."""

import datetime as dt
import io
import re
import zipfile
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from flows.forms.readers import read_grids
from flows.forms.workbooks import records
from flows.forms.workbooks.formats import currency_of, kind_of, shown
from tests.forms import LOAN_HEADER, accept_file, accept_grid, make_loan_row, make_sheet_of
from tests.makers import accept_rows, make_parameter, reference, sentences_of
from tests.xls import make_xls
from transforms.deliveries.rows.accept import Accepted
from transforms.deliveries.tables.split import Grid, split_grid

RATE = LOAN_HEADER.index("年利率")
AMOUNT = LOAN_HEADER.index("合同金额")
SIGNED = LOAN_HEADER.index("签订日期")


def refusals(content: bytes | Accepted, name: str = "loans.xlsx") -> list[tuple[Any, ...]]:
    accepted = accept_file(content, name) if isinstance(content, bytes) else content
    return accepted.rejected.select("source_row", "rule", "column", "value", "reason").rows()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("0.00%", "percent"), ("0%", "percent"), ("[Red]0.00%;-0.00%", "percent"), ('0.00"%"', ""), ("0.00\\%", ""),
        ("00000", "zeros"), ("#,##0.00", ""), ("#,##0,", "scaled"), ('0\\.0,"万"', "scaled"), ('0.00"万元"', "worded"),
        ('0.00"年"', "named"), ('yyyy"年"m"月"', ""), ('0.00\\M\\W\\h', "named"), ("General", ""),
        ('_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ', ""), ('0.0"‰"', "worded"),
        ("yyyy-mm-dd", ""), ("#,##0.00,,", "scaled"), ('#,##0.0,,"百万"', "scaled"),
    ],
)  # fmt: skip
def test_a_number_format_is_known_by_what_it_does_to_the_number(code: str, kind: str) -> None:
    assert kind_of(code) == kind


def test_a_number_is_shown_as_its_format_has_it_to_the_last_digit() -> None:
    assert [shown("0.035", "0.00%"), shown("1", "0%"), shown("0.0000001", "0.0%"), shown("-0.5", "0%")] == [
        "3.5%",
        "100%",
        "0.00001%",
        "-50%",
    ]
    assert [shown("12", "00000"), shown("500", "0.00")] == ["00012", "500"]


def test_a_cell_in_per_cent_a_text_in_per_cent_and_a_number_are_one_rate() -> None:
    rates = [0.035, "3.50%", 3.5, "3.5", "35‰", " ３．５％ "]
    rows = [make_loan_row(贷款编号=f"L{n}", 年利率=rate) for n, rate in enumerate(rates)]
    content = make_sheet_of([LOAN_HEADER, *rows], formats={(1, RATE): "0.00%"})
    assert accept_file(content, "loans.xlsx").rows["annual_rate_pct"].to_list() == [3.5] * len(rates)


def test_what_is_not_a_number_of_per_cent_is_refused() -> None:
    texts = ["3.5%%", "%", "3.5%‰", "三点五%"]
    rows = [make_loan_row(贷款编号=f"L{text}", 年利率=text) for text in texts]
    refused = refusals(make_sheet_of([LOAN_HEADER, *rows]))
    assert [(rule, column, value) for _, rule, column, value, _ in refused] == [
        ("not_a_number", "annual_rate_pct", text) for text in texts
    ]


def test_per_cent_over_money_is_refused_and_never_a_hundredth() -> None:
    content = make_sheet_of([LOAN_HEADER, make_loan_row(合同金额=0.5)], formats={(1, AMOUNT): "0%"})
    ((_, rule, column, value, _),) = refusals(content)
    assert (rule, column, value) == ("not_money", "contract_amount", "50%")


@pytest.mark.parametrize("padding", [0, 4096, 8_000_000])
def test_an_xls_of_any_size_shows_its_per_cent_and_its_errors_too(padding: int) -> None:
    """Below 4 KB it lies in small sectors, from 7 MB on its header cannot name all tables of sectors."""
    rows = [make_loan_row(年利率=(0.035, "0.00%")), make_loan_row(贷款编号="L2", 合同金额="#DIV/0!")]
    accepted = accept_file(make_xls([LOAN_HEADER, *rows], padding=padding), "loans.xls")
    assert accepted.rows["annual_rate_pct"].to_list() == [3.5]
    assert accepted.rejected.select("source_row", "rule", "column", "value").rows() == [
        (3, "spreadsheet_error", "contract_amount", "#DIV/0!")
    ]


def test_a_rate_in_a_workbook_whose_formats_cannot_be_read_may_be_a_share_and_is_refused() -> None:
    rows = [LOAN_HEADER, make_loan_row(年利率="0.035"), make_loan_row(贷款编号="L2")]
    lines, kinds = [1, 2, 3], ["t" * 10, "ttttnttntt", "ttttnttntt"]
    sent = [["" if cell is None else str(cell) for cell in row] for row in rows]
    grid = Grid("loans.xls", sent, lines, "贷款", is_padded=True, kinds=kinds, are_formats_known=False)
    accepted = accept_grid(grid)
    assert accepted.rows["loan_id"].to_list() == ["L2"]
    assert accepted.rejected.select("rule", "column", "value").rows() == [("number_format", "annual_rate_pct", "0.035")]


def test_an_xls_that_cannot_be_followed_has_formats_that_are_not_known() -> None:
    content = bytearray(make_xls([LOAN_HEADER, make_loan_row()]))
    for at in range(0, len(content), 7):
        content[at] ^= 0x5A
        try:
            records.read_marks(bytes(content))
        except ValueError:
            continue


EMPTY_OR_NOT = ["合同金额", "贷款编号", "签订日期", "被再融资贷款编号"]
ERRORS = ["#DIV/0!", "#N/A", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"]


def test_an_error_cell_is_refused_by_name_whether_it_may_be_empty_or_not() -> None:
    cells = [(header, error) for header in EMPTY_OR_NOT for error in ERRORS]

    def change(book: Any, page: Any) -> None:
        for row, (header, error) in enumerate(cells, start=1):
            page.write_formula(row, LOAN_HEADER.index(header), "=1/0", None, error)

    rows = [make_loan_row(贷款编号=f"L{number}") for number in range(len(cells))]
    refused = refusals(make_sheet_of([LOAN_HEADER, *rows], change=change))
    assert [(rule, value) for _, rule, _, value, _ in refused] == [("spreadsheet_error", error) for _, error in cells]
    assert all(
        reason.endswith(f"is {value}, an error of the spreadsheet; send the value") for *_, value, reason in refused
    )


def test_an_error_that_a_csv_has_kept_is_refused_by_name() -> None:
    row = ",".join("" if cell is None else str(cell) for cell in make_loan_row(贷款机构="#N/A"))
    ((_, rule, column, _, reason),) = refusals(f"{','.join(LOAN_HEADER)}\n{row}\n".encode(), "loans.csv")
    assert (rule, column) == ("spreadsheet_error", "lender")
    assert ";" not in reason.replace("; send the value", "")


def test_a_formula_without_its_value_is_refused_and_shown() -> None:
    def change(book: Any, page: Any) -> None:
        for row, header in enumerate(EMPTY_OR_NOT, start=1):
            page.write_formula(row, LOAN_HEADER.index(header), "=A1&B1", None, "")

    rows = [make_loan_row(贷款编号=f"L{number}") for number in range(len(EMPTY_OR_NOT))]
    refused = refusals(without_values(make_sheet_of([LOAN_HEADER, *rows], change=change)))
    assert [(rule, value) for _, rule, _, value, _ in refused] == [("formula_without_value", "=A1&B1")] * 4
    assert all("let it calculate and save it again" in reason and ";" in reason for *_, reason in refused)


def without_values(content: bytes) -> bytes:
    """The workbook as a program writes it that does not calculate: formulas alone."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as read, zipfile.ZipFile(out, "w") as written:
        for info in read.infolist():
            data = re.sub(rb'( t="str")?><f>([^<]*)</f><v></v>', rb"><f>\2</f>", read.read(info.filename))
            written.writestr(info.filename, data)
    return out.getvalue()


def merged(first: int, left: int, last: int, right: int, what: Any, *rows: list[Any], **options: Any) -> bytes:
    def change(book: Any, page: Any) -> None:
        page.merge_range(first, left, last, right, what)

    return make_sheet_of([LOAN_HEADER, *rows], change=change, **options)


TWO = [make_loan_row(), make_loan_row(贷款编号="L2")]


def test_a_merged_amount_refuses_the_rows_that_share_it_and_no_row_beside_them() -> None:
    accepted = accept_file(merged(1, AMOUNT, 2, AMOUNT, 900, *TWO, make_loan_row(贷款编号="L3")), "loans.xlsx")
    refused = refusals(accepted)
    assert [(row, rule, column) for row, rule, column, _, _ in refused] == [
        (2, "merged_amount", "contract_amount"),
        (3, "merged_amount", "contract_amount"),
    ]
    assert "the merged cell E2:E3, for 2 rows" in refused[0][4]
    assert accepted.rows["loan_id"].to_list() == ["L3"]


def test_a_merged_name_day_or_rate_belongs_to_every_row_that_it_spans() -> None:
    cells = {"贷款机构": "乙银行", "项目编号": "P7", "年利率": 4.2, "签订日期": "2024-11-01"}

    def change(book: Any, page: Any) -> None:
        for header, cell in cells.items():
            page.merge_range(1, LOAN_HEADER.index(header), 2, LOAN_HEADER.index(header), cell)

    second = make_loan_row(贷款编号="L2", **dict.fromkeys(cells))
    rows = accept_file(make_sheet_of([LOAN_HEADER, make_loan_row(), second], change=change), "loans.xlsx").rows
    values = rows.select("lender", "project_id", "annual_rate_pct", pl.col("sign_date").cast(pl.String)).rows()
    assert values == [tuple(cells.values())] * 2


def test_a_cell_merged_over_two_columns_is_neithers() -> None:
    content = merged(1, SIGNED, 1, SIGNED + 1, "2024-12-20", make_loan_row(到期日期=None))
    ((row, rule, column, _, reason),) = refusals(content)
    assert (row, rule, column) == (2, "merged_columns", "sign_date")
    assert "F2:G2 stands for sign_date and maturity_date" in reason


def test_a_day_number_counts_from_the_workbooks_own_epoch_or_is_refused() -> None:
    day = dt.datetime(2024, 12, 20)  # noqa: DTZ001 - a spreadsheet knows no zones

    def change(book: Any, page: Any) -> None:
        page.write_datetime(1, SIGNED, day, book.add_format({"num_format": "yyyy/m/d"}))

    rows = [
        make_loan_row(),
        make_loan_row(贷款编号="L2", 签订日期=44184),
        make_loan_row(贷款编号="L3", 签订日期=20241220),
    ]
    accepted = accept_file(make_sheet_of([LOAN_HEADER, *rows], change=change, date_1904=True), "loans.xlsx")
    assert [str(day) for day in accepted.rows["sign_date"]] == ["2024-12-20"] * 2
    ((row, rule, column, value, _),) = refusals(accepted)
    assert (row, rule, column, value) == (3, "day_number_of_1904", "sign_date", "44184")


def test_an_id_of_more_digits_than_a_spreadsheet_keeps_is_refused_however_it_is_written() -> None:
    ids = [622848001234567890, "6.22848E+17", "1E+17", "6228480012345678.0", "622848001234567890"]
    accepted = accept_file(make_sheet_of([LOAN_HEADER, *(make_loan_row(贷款编号=loan) for loan in ids)]), "loans.xlsx")
    assert [(row, rule, column) for row, rule, column, *_ in refusals(accepted)] == [
        (row, "lost_digits", "loan_id") for row in (2, 3, 4, 5)
    ]
    assert accepted.rows["loan_id"].to_list() == ["622848001234567890"]


def test_an_id_that_a_spreadsheet_rounded_is_shown_with_the_digits_that_it_kept() -> None:
    """The nearest binary number, 622848001234567040, is nowhere in the sender's form."""
    accepted = accept_file(make_sheet_of([LOAN_HEADER, make_loan_row(贷款编号=622848001234567000)]), "loans.xlsx")
    assert "loan_id 622848001234567000 is a number" in refusals(accepted)[0][4]


def test_an_id_that_a_program_gave_a_point_is_the_whole_number() -> None:
    rows = [make_loan_row(贷款编号=loan) for loan in (1001.0, "1002.0", "7.5", "1E5")]
    accepted = accept_file(make_sheet_of([LOAN_HEADER, *rows]), "loans.xlsx")
    assert accepted.rows["loan_id"].to_list() == ["1001", "1002", "7.5", "1E5"]


def test_zeros_that_a_format_shows_before_an_id_are_part_of_it() -> None:
    content = make_sheet_of([LOAN_HEADER, make_loan_row(贷款编号=123)], formats={(1, 0): "000000"})
    assert accept_file(content, "loans.xlsx").rows["loan_id"].to_list() == ["000123"]


def test_an_id_that_a_spreadsheet_made_a_date_of_is_refused() -> None:
    def change(book: Any, page: Any) -> None:
        page.write_datetime(1, 0, dt.datetime(2025, 1, 2), book.add_format({"num_format": "m-d"}))  # noqa: DTZ001

    ((_, rule, column, value, _),) = refusals(make_sheet_of([LOAN_HEADER, make_loan_row()], change=change))
    assert (rule, column, value) == ("date_for_text", "loan_id", "2025-01-02")


def test_an_amount_whose_format_hides_its_unit_is_refused_unless_the_header_says_the_same() -> None:
    formats = {(1, AMOUNT): '0.00"万元"', (2, AMOUNT): '0\\.0,"万"'}
    refused = refusals(make_sheet_of([LOAN_HEADER, *TWO], formats=formats))
    assert [(rule, column) for _, rule, column, *_ in refused] == [("number_format", "contract_amount")] * 2
    header = ["合同金额(万元)" if cell == "合同金额" else cell for cell in LOAN_HEADER]
    content = make_sheet_of([header, make_loan_row()], formats={(1, AMOUNT): '0.00"万元"'})
    assert accept_file(content, "loans.xlsx").rows["contract_amount"].to_list() == [Decimal("5000000.00")]


def test_hidden_rows_and_columns_count_as_the_others() -> None:
    def change(book: Any, page: Any) -> None:
        page.set_row(1, None, None, {"hidden": True})
        page.set_column(AMOUNT, AMOUNT, None, None, {"hidden": True})
        page.autofilter(0, 0, 2, len(LOAN_HEADER) - 1)

    accepted = accept_file(make_sheet_of([LOAN_HEADER, *TWO], change=change), "loans.xlsx")
    assert accepted.rows["contract_amount"].to_list() == [Decimal("500.00")] * 2


def notices(rows: list[list[Any]], **options: Any) -> list[tuple[str, str]]:
    (grid,) = read_grids(make_sheet_of([LOAN_HEADER, *rows], **options), "loans.xlsx")
    found = split_grid(grid, "loans", reference().aliases).notices
    return [(notice.code, english) for notice, (english, _) in zip(found, sentences_of(*found), strict=True)]


def test_a_number_that_is_shorter_than_the_other_ids_may_have_lost_its_zeros_and_is_flagged() -> None:
    for ids, line in [(["0012345", 12346, "0012347"], 3), ([1234567, 123456], 3)]:
        ((code, message),) = notices([make_loan_row(贷款编号=loan) for loan in ids])
        assert code == "id_sent_as_number"
        assert message.startswith(f"line {line}: loan_id {ids[line - 2]} is a number cell")
    assert notices([make_loan_row(贷款编号=loan) for loan in (*range(95, 102), "A7")]) == []


def test_long_ids_that_all_end_in_zeros_may_have_been_rounded_and_are_flagged() -> None:
    ids = ["622848001234567000", "622848001234568000"]
    ((code, message),) = notices([make_loan_row(贷款编号=loan) for loan in ids])
    assert (code, message.partition(" and ")[0]) == ("id_ends_in_zeros", f"line 2: loan_id {ids[0]}")
    assert notices([make_loan_row(贷款编号=loan) for loan in (*ids, "622848001234567123")]) == []


def test_where_a_format_shows_an_amount_in_another_scale_what_the_cell_holds_counts_or_the_row_is_refused() -> None:
    """80,000 shown as 80 with nothing that speaks of thousands is 80,000; 80 beside 百万 or 8000000% is a doubt."""
    codes = {"L1": "#,##0,", "L2": '#,##0.0,,"百万"', "L3": "0%", "L4": "#,##0.00"}
    rows = [LOAN_HEADER, *(make_loan_row(贷款编号=loan, 合同金额=80_000) for loan in codes)]
    formats = {(at, AMOUNT): code for at, code in enumerate(codes.values(), start=1)}
    accepted = accept_file(make_sheet_of(rows, formats=formats), "loans.xlsx")
    assert accepted.rows.select("loan_id", "contract_amount").rows() == [
        ("L1", Decimal("80000.00")),
        ("L4", Decimal("80000.00")),
    ]
    assert accepted.rejected.select("source_row", "rule").rows() == [(3, "number_format"), (4, "not_money")]


def test_thousands_that_a_format_hides_are_refused_where_a_unit_is_stated_beside_the_table() -> None:
    formats = {(at, AMOUNT): "#,##0," for at in (1, 2)}
    rows = [LOAN_HEADER, make_loan_row(合同金额=5_000_000)]
    assert accept_file(make_sheet_of(rows, formats=formats), "loans.xlsx").rows["contract_amount"].to_list() == [
        Decimal("5000000.00")
    ]
    ((row, rule, column, *_),) = refusals(make_sheet_of([["单位：千元"], *rows], formats=formats))
    assert (row, rule, column) == (3, "number_format", "contract_amount")


def test_a_factor_in_per_cent_is_read_by_its_unit_or_refused() -> None:
    units = {"ratio": 0.85, "%": 85.0, "GJ/t": None}
    rows = [make_parameter(scope=f"P{unit}", unit=unit, value="85%") for unit in units]
    accepted = accept_rows("parameters", rows)
    assert accepted.rows["value"].to_list() == [0.85, 85.0]
    assert accepted.rejected.select("rule", "column", "value").rows() == [("not_a_number", "value", "85%")]


def test_an_amount_that_its_format_shows_in_dollars_is_refused_in_a_row_of_yuan() -> None:
    formats = {(1, AMOUNT): "[$$-409]#,##0.00", (2, AMOUNT): '"US$"#,##0', (3, AMOUNT): "[$¥-804]#,##0.00"}
    rows = [make_loan_row(贷款编号=f"L{n}", 币种=code) for n, code in enumerate(["CNY", "USD", "CNY"])]
    accepted = accept_file(make_sheet_of([LOAN_HEADER, *rows], formats=formats), "loans.xlsx")
    ((row, rule, column, _, reason),) = refusals(accepted)
    assert (row, rule, column) == (2, "currency_of_format", "contract_amount")
    assert reason == "contract_amount is shown in USD by its number format, and the row is in CNY"
    assert accepted.rows["loan_id"].to_list() == ["L1", "L2"]


@pytest.mark.parametrize(
    ("code", "currency"),
    [
        ("[$$-409]#,##0.00", "USD"),
        ("[$€-2] #,##0.00", "EUR"),
        ("#,##0.00_);[Red]($#,##0.00)", "USD"),
        ("[$-804]yyyy", ""),
        ("[$¥-804]0.00", ""),
        ('0.00"MWH"', ""),
        ("[$HK$-C04]0.00", "HKD"),
        ('0.00 "EUR"', "EUR"),
    ],
)
def test_a_format_shows_a_currency_by_its_sign_but_a_yuan_sign_may_be_yens(code: str, currency: str) -> None:
    assert currency_of(code) == currency
