"""What a text cell may hold: right, or refused with a reason that names the cell; never another value or name."""

from typing import Any

import polars as pl
import pytest

from schemas.deliveries import DELIVERIES, ROW_CHECKS
from schemas.errors import UnreadableDelivery
from tests.makers import Row, accept_rows, make_entry, make_loan, make_project, make_rate, make_reading, reference
from transforms.deliveries.headers.columns import Header, read_headers
from transforms.deliveries.rows.accept import Accepted

MAKERS = {"projects": make_project, "loans": make_loan, "ledger": make_entry, "operating": make_reading}


def refusals(accepted: Accepted) -> list[tuple[int, str, str]]:
    """Line, column and reason of each refused row."""
    return accepted.rejected.select("source_row", "column", "reason").rows()


def amounts(*cells: str) -> Accepted:
    return accept_rows("ledger", [{**make_entry(), "entry_id": f"E{n}", "amount": c} for n, c in enumerate(cells)])


def test_beside_a_decimal_comma_a_point_before_three_digits_has_two_readings_and_is_refused() -> None:
    accepted = amounts("1.234,56", "1.234", "1,234", "1234.5", "12")
    assert [str(amount) for amount in accepted.rows["amount"]] == ["1234.50", "12.00"]
    assert refusals(accepted)[1] == (
        3,
        "amount",
        (
            "amount '1.234' is 1.234 or 1234: line 2 of its column has '1.234,56', with a comma before the decimals; "
            "write numbers as 1234.5"
        ),
    )


@pytest.mark.parametrize("shown", ["1,5", "12,34", "0,584", "1.234.567", "1234,567", "-2.500,00"])
def test_each_form_of_the_decimal_comma_puts_its_column_in_doubt(shown: str) -> None:
    readings = [make_reading(value=shown, metric="visitors"), make_reading(value="2,345", metric="guests")]
    assert [column for _, column, _ in refusals(accept_rows("operating", readings))] == ["value", "value"]


def test_a_comma_between_thousands_is_read_where_no_cell_of_the_column_speaks_against_it() -> None:
    assert [str(amount) for amount in amounts("1,234", "1,234,567.8", "0.50").rows["amount"]] == [
        "1234.00",
        "1234567.80",
        "0.50",
    ]


def test_other_groupings_and_numbers_that_a_float_cannot_hold_are_refused_and_never_another_value() -> None:
    texts = ["0,123", "1 234", "1'234", "1,50,000", "1_000", "0x10", "1e400", "1e-999", "-0", "-0.0", "1,234e400"]
    refused = refusals(accept_rows("operating", [make_reading(value=text) for text in texts]))
    assert [column for _, column, _ in refused] == ["value"] * len(texts)
    assert all(f"'{text}'" in reason for text, (_, _, reason) in zip(texts, refused, strict=True))


@pytest.mark.parametrize(("table", "column"), [("operating", "value"), ("ledger", "amount"), ("operating", "version")])
def test_a_sign_that_unicode_would_fold_into_a_digit_is_not_a_digit(table: str, column: str) -> None:
    texts = ["10²", "①", "1₁", "½", "Ⅳ", "㊀", "٣", "３²"]
    accepted = accept_rows(table, [{**MAKERS[table](), column: text} for text in texts])
    assert [(blamed, value) for blamed, value in accepted.rejected.select("column", "value").rows()] == [
        (column, text) for text in texts
    ]


def test_full_width_and_half_width_forms_of_an_id_are_one_id_and_other_forms_are_kept_as_typed() -> None:
    loans = [make_loan(loan_id=loan_id) for loan_id in ("Ｌ－１", "L-1", "L-①", "L-²", "ﬁ1")]
    assert accept_rows("loans", loans).rows["loan_id"].to_list() == ["L-1", "L-1", "L-①", "L-²", "ﬁ1"]


def test_a_lender_keeps_its_full_width_brackets() -> None:
    assert accept_rows("loans", [make_loan(lender="东湖银行（城东）")]).rows["lender"].to_list() == ["东湖银行（城东）"]


SIGNS = [
    "\u200b",
    "\ufeff",
    "\u00ad",
    "\u202e",
    "\u200f",
    "\u00a0",
    "\u3000",
    "\ue000",
    "\U000f0000",
    "\x07",
    "\x85",
    "\u0378",
    "\uffff",
    "\ufffd",
    "\u3164",
    "\ufe0f",
    "\U000e0001",
]


@pytest.mark.parametrize(("table", "column"), [("loans", "loan_id"), ("projects", "project_name"), ("loans", "lender")])
def test_a_sign_that_nobody_typed_in_an_id_or_name_is_refused_by_code_point_and_place(table: str, column: str) -> None:
    refused = refusals(accept_rows(table, [{**MAKERS[table](), column: f"贷款{sign}7"} for sign in SIGNS]))
    for sign, (_, blamed, reason) in zip(SIGNS, refused, strict=True):
        assert blamed == column
        assert f"{column} holds U+{ord(sign):04X} (" in reason
        assert "at position 3" in reason


def test_a_name_may_be_broken_into_lines_and_an_id_may_not() -> None:
    assert accept_rows("projects", [make_project(project_name="光伏\n二期")]).rejected.is_empty()
    [(_, _, reason)] = refusals(accept_rows("projects", [make_project(project_id="P\n1")]))
    assert reason.startswith("project_id holds U+000A (a control character) at position 2")


def test_blanks_at_the_ends_are_not_part_of_a_name_and_notes_may_hold_them_inside() -> None:
    [loan] = accept_rows("loans", [make_loan(loan_id="\u3000L1\u00a0", lender=" 甲银行\t")]).rows.to_dicts()
    [rate] = accept_rows("fx", [make_rate(source="外汇局\u3000公告\n第1号")]).rows.to_dicts()
    assert (loan["loan_id"], loan["lender"], rate["source"]) == ("L1", "甲银行", "外汇局\u3000公告\n第1号")


def test_a_number_with_a_sign_that_cannot_be_seen_has_that_reason_alone() -> None:
    [(_, _, reason)] = refusals(amounts("500.00\u200b"))
    assert reason == "amount holds U+200B (zero width space) at position 7; correct it in the source system"


WORDS = [
    "NULL",
    "null",
    "(null)",
    "\\N",
    "NA",
    "N/A",
    "n/a",
    "nan",
    "None",
    "无",
    "—",
    "–",
    "-",
    "/",
    "空",
    "待定",
    "不适用",
    "暂无",
    "Ｎ／Ａ",
    "（空）",
    "[无]",
    "'NULL'",
    "??",
]


def test_a_word_for_nothing_is_an_empty_cell_where_one_is_allowed() -> None:
    columns = ["project_name", "capacity", "commissioning_date", "borrower_name", "total_investment", "lifetime_years"]
    accepted = accept_rows("projects", [{**make_project(), **dict.fromkeys(columns, word)} for word in WORDS])
    assert accepted.rows.select(columns).rows() == [(None,) * len(columns)] * len(WORDS)


@pytest.mark.parametrize(("table", "column"), [("loans", "loan_id"), ("loans", "lender"), ("operating", "metric")])
def test_a_word_for_nothing_is_the_name_of_nothing(table: str, column: str) -> None:
    refused = refusals(accept_rows(table, [{**MAKERS[table](), column: word} for word in WORDS]))
    assert [(blamed, reason.partition("' ")[2]) for _, blamed, reason in refused] == [
        (column, "says that there is none, and it must not be empty")
    ] * len(WORDS)


NAMELESS = ["...", "……", "。", "*", "“”", "''", "_", "|", "~", "（）", "★"]


@pytest.mark.parametrize(("table", "column"), [("loans", "loan_id"), ("projects", "project_id")])
def test_what_holds_neither_letter_nor_digit_names_nothing(table: str, column: str) -> None:
    refused = refusals(accept_rows(table, [{**MAKERS[table](), column: text} for text in NAMELESS]))
    assert [(blamed, reason.partition("' ")[2]) for _, blamed, reason in refused] == [
        (column, "says that there is none, and it must not be empty")
    ] * len(NAMELESS)
    assert accept_rows("projects", [make_project(project_name="...", design_unit="%")]).rows.select(
        "project_name", "design_unit"
    ).rows() == [(None, "%")]


@pytest.mark.parametrize(
    ("table", "column"), [("loans", "loan_id"), ("projects", "borrower_name"), ("ledger", "amount")]
)
def test_a_word_that_stands_for_the_cell_above_is_refused(table: str, column: str) -> None:
    refused = refusals(accept_rows(table, [{**MAKERS[table](), column: word} for word in ("同上", "〃", "ditto")]))
    assert [(blamed, reason.partition("' ")[2]) for _, blamed, reason in refused] == [
        (column, "stands for another cell; write the value into each row")
    ] * 3


REMAINS = [
    "光伏??项目",
    "????1号",
    "A&amp;B",
    "光伏&nbsp;项目",
    "L_x200B_1",
    "L_xD800_1",
    "ï»¿L1",
    "Companyâ€™s",
    "CafÃ©",
]


@pytest.mark.parametrize(("table", "column"), [("loans", "loan_id"), ("loans", "lender"), ("projects", "project_name")])
def test_what_remains_of_signs_that_were_lost_on_the_way_is_refused(table: str, column: str) -> None:
    refused = refusals(accept_rows(table, [{**MAKERS[table](), column: text} for text in REMAINS]))
    assert [blamed for _, blamed, _ in refused] == [column] * len(REMAINS)
    assert all("which is what remains of damaged text" in reason for *_, reason in refused)
    assert accept_rows("loans", [make_loan(lender="R&D Bank?")]).rejected.is_empty()


def test_a_formula_in_a_csv_is_not_a_value_and_one_that_keeps_an_id_a_text_is_the_id() -> None:
    ids = ["=A1", '="00123"', "'00124", "'=B2"]
    accepted = accept_rows("loans", [make_loan(loan_id=loan_id) for loan_id in ids])
    assert accepted.rows["loan_id"].to_list() == ["00123", "00124"]
    assert [(line, reason) for line, _, reason in refusals(accepted)] == [
        (2, "loan_id =A1 is a formula and not its value; send the value"),
        (5, "loan_id =B2 is a formula and not its value; send the value"),
    ]
    [(_, column, reason)] = refusals(amounts("=SUM(A1:A2)"))
    assert (column, reason) == ("amount", "amount =SUM(A1:A2) is a formula and not its value; send the value")


def test_a_missing_amount_is_never_nought_and_the_word_for_it_is_named() -> None:
    [(_, column, reason)] = refusals(amounts("-"))
    assert (column, reason.endswith("('-' says that there is none)")) == ("amount", True)


def test_the_method_without_formula_and_the_unit_of_one_keep_their_names() -> None:
    [project] = accept_rows("projects", [make_project(method="none", design_unit="-")]).rows.to_dicts()
    assert (project["method"], project["design_unit"]) == ("none", "-")


def test_no_lender_is_called_by_what_stands_for_all_of_them() -> None:
    refused = refusals(accept_rows("loans", [make_loan(lender=name) for name in ("*", "all", "ALL-LENDERS", "＊")]))
    assert [reason for _, _, reason in refused] == [
        f"lender '{name}' stands for all lenders together; name the lender"
        for name in ("*", "all", "ALL-LENDERS", "＊")
    ]


BROKEN: list[tuple[str, Row]] = [
    ("operating", {"period_start": "2025-02-30"}), ("operating", {"value": "1,5"}),
    ("operating", {"unit": "\u200bkWh"}),
    ("operating", {"period_end": "soon"}), ("ledger", {"value_date": "x"}), ("ledger", {"amount": "10²"}),
    ("ledger", {"currency": "C\u200bNY"}), ("ledger", {"event": "REVERSAL\u200b"}),
    ("loans", {"sign_date": "31/12/2025"}),
    ("projects", {"investment_currency": "#REF!"}), ("projects", {"total_investment": "#DIV/0!"}),
]  # fmt: skip


@pytest.mark.parametrize("table", ["operating", "ledger", "loans", "projects"])
def test_a_refused_cell_is_the_only_reason_where_nothing_else_is_wrong_with_the_row(table: str) -> None:
    cells = [cell for name, cell in BROKEN if name == table]
    refused = refusals(
        accept_rows(table, [{**MAKERS[table](), "entry_id": "E1", "record_id": "R1", **c} for c in cells])
    )
    for cell, (_, column, reason) in zip(cells, refused, strict=True):
        assert [column] == list(cell)
        assert not any(f"; {name} " in reason or "must be there" in reason for name in DELIVERIES[table].columns())


def test_two_wrong_cells_of_a_row_are_two_reasons() -> None:
    [(_, _, reason)] = refusals(accept_rows("ledger", [make_entry(amount="x", loan_id="NULL")]))
    assert "loan_id 'NULL'" in reason
    assert "amount 'x'" in reason


def test_each_check_of_a_whole_row_says_which_cells_it_reads() -> None:
    checks: dict[str, Any] = {
        str(check.name): table.to_schema() for table in DELIVERIES.values() for check in table.to_schema().checks
    }
    assert set(checks) == set(ROW_CHECKS)
    assert all(set(ROW_CHECKS[name]) <= set(schema.columns) for name, schema in checks.items())


@pytest.mark.parametrize(
    "header",
    [
        "汇率(每100单位)",
        "中间价（人民币/100外币）",
        "每100外币人民币中间价",
        "rate per 100",
        "rate (per 100 units)",
        "每百单位汇率",
    ],
)
def test_a_rate_of_a_hundred_units_that_its_header_states_is_read_as_such(header: str) -> None:
    headers, _ = read_headers("fx", ["date", "base", "quote", "source", header], reference().aliases)
    assert headers[-1] == Header(header, "rate", 1, 100)


def test_a_rate_of_a_hundred_units_is_divided_by_them() -> None:
    row = make_rate()
    row.pop("rate")
    assert accept_rows("fx", [{**row, "汇率(每100单位)": "716.25"}]).rows["rate"].to_list() == [7.1625]


def test_a_middle_rate_that_does_not_say_of_how_many_units_it_is_not_a_rate() -> None:
    """SAFE's list of middle rates is of 100 units, a spot rate of one: which this is, the sender must say."""
    with pytest.raises(UnreadableDelivery, match="中间价 does not say of how many units it is") as refusal:
        read_headers("fx", ["date", "base", "quote", "source", "中间价"], reference().aliases)
    assert "汇率(每100单位)" in refusal.value.remedy


def test_a_column_of_units_says_of_how_many_units_each_rate_is() -> None:
    rates = [
        make_rate(rate=rate, unit=unit)
        for rate, unit in (
            ("716.25", "元/100美元"),
            ("4.9", "每100单位"),
            ("7.1", "1"),
            ("7.1", None),
            ("7162", "每1000单位"),
        )
    ]
    accepted = accept_rows("fx", rates)
    assert accepted.rows["rate"].to_list() == pytest.approx([7.1625, 0.049, 7.1, 7.1], rel=1e-15)
    assert [(line, column) for line, column, _ in refusals(accepted)] == [(6, "rate")]


def test_a_source_that_alone_speaks_of_a_hundred_units_leaves_a_doubt() -> None:
    [(_, column, reason)] = refusals(accept_rows("fx", [make_rate(rate="716.25", source="中间价(每100外币)")]))
    assert (column, "汇率(每100单位)" in reason) == ("rate", True)


def test_a_header_of_a_hundred_units_and_a_cell_of_one_contradict_each_other_and_both_are_named() -> None:
    rows = [{**make_rate(), "汇率(每100单位)": "716.25", "单位": unit} for unit in ("1", "100", "元", None, "元/1美元")]
    accepted = accept_rows("fx", [{name: cell for name, cell in row.items() if name != "rate"} for row in rows])
    assert accepted.rows["rate"].to_list() == [7.1625] * 3
    assert [(line, reason) for line, _, reason in refusals(accepted)] == [
        (line, f"'汇率(每100单位)' is of 100 units and its 单位 is '{unit}'; correct one of them")
        for line, unit in ((2, "1"), (6, "元/1美元"))
    ]


def test_nothing_of_a_file_is_lost() -> None:
    accepted = amounts("1.234,56", "10²", "-", "5")
    assert accepted.rows.height + accepted.rejected.height == 4
    assert accepted.rejected["value"].to_list() == ["1.234,56", "10²", "-"]
    assert isinstance(accepted.rejected, pl.DataFrame)
