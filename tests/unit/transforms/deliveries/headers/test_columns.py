"""A sender's header means one column, at one scale, or the file says what is wrong with it."""

import time
from decimal import Decimal

import pytest

from schemas.deliveries import DELIVERIES, WORKED_OUT_COLUMNS
from schemas.errors import UnreadableDelivery
from tests.makers import accept_rows, make_loan, make_project, make_reading, reference
from transforms.deliveries.headers.columns import Header, announced_table, known_headers, nearest, read_headers

LOAN_HEADERS = list(make_loan())


@pytest.mark.parametrize(
    ("stem", "table"),
    [
        ("ledger", "ledger"),
        ("ledger_2025Q2", "ledger"),
        ("Loans-march", "loans"),
        ("台账", "ledger"),
        ("贷款台账_2025", "ledger"),
        ("项目（二期）", "projects"),
        ("运行数据 6月", "operating"),
        ("汇率", "fx"),
    ],
)
def test_a_file_is_named_after_its_table_in_either_language(stem: str, table: str) -> None:
    assert announced_table(stem, reference().aliases) == table


@pytest.mark.parametrize("stem", ["minutes", "loansome", "my_ledger", "借据人名单"])
def test_a_stem_that_names_no_table_announces_none(stem: str) -> None:
    assert announced_table(stem, reference().aliases) is None


def test_every_chinese_header_of_the_alias_table_is_read_as_its_column() -> None:
    for table, aliases in reference().aliases.columns.items():
        for chinese, column in aliases.items():
            others = [name for name in _wanted(table) if name != column]
            known, unknown = read_headers(table, [chinese, *others], reference().aliases)
            assert (known[0], unknown) == (Header(chinese, column), [])


def _wanted(table: str) -> list[str]:
    return [name for name in DELIVERIES[table].columns() if name not in WORKED_OUT_COLUMNS]


def test_english_headers_may_be_written_in_capitals() -> None:
    known, _ = read_headers("loans", [name.upper() for name in LOAN_HEADERS], reference().aliases)
    assert [header.column for header in known] == LOAN_HEADERS


@pytest.mark.parametrize(
    ("table", "header", "column"),
    [
        ("loans", "贷款\n编号", "loan_id"),
        ("loans", "合同金额\n（万元）", "contract_amount"),
        ("loans", "Loan ID", "loan_id"),
        ("ledger", "借 据 号", "loan_id"),
    ],
)
def test_a_header_may_be_wrapped_or_spaced_out(table: str, header: str, column: str) -> None:
    (known,) = known_headers(table, [header], reference().aliases)
    assert known.column == column


@pytest.mark.parametrize("header", ["总投资(万元)", "总投资（万元）", "总投资 (万元)", "total_investment(万元)"])
def test_an_investment_in_ten_thousands_of_yuan_is_scaled_exactly(header: str) -> None:
    project = make_project()
    sent = {(header if name == "total_investment" else name): value for name, value in project.items()}
    sent[header] = "31250.000001"
    assert accept_rows("projects", [sent]).rows["total_investment"].to_list() == [Decimal("312500000.01")]


UNIT_IN_A_HEADER = {
    "合同金额(单位：万元)": 10_000, "合同金额【万元】": 10_000, "合同金额[单位:万元]": 10_000,
    "合同金额〔万元〕": 10_000,
    "合同金额/万元": 10_000, "合同金额，万元": 10_000, "合同金额：万元": 10_000, "合同金额_万元": 10_000,
    "合同金额万元": 10_000,
    "合同金额\n万元": 10_000, "合同金额（人民币万元）": 10_000, "合同金额（万 元）": 10_000, "合同金额（萬元）": 10_000,
    "合同金额(RMB'000)": 1_000, "合同金额(RMB mn)": 1_000_000, "Contract amount, CNY million": 1_000_000,
    "合同金额（10,000元）": 10_000, "合同金额（单位:元）": 1, "合同金额(元、人民币)": 1, "合同金额(百万元)": 1_000_000,
}  # fmt: skip


@pytest.mark.parametrize(("header", "scale"), UNIT_IN_A_HEADER.items())
def test_a_unit_in_a_header_scales_its_column_however_it_is_set_apart(header: str, scale: int) -> None:
    (known,) = known_headers("loans", [header], reference().aliases)
    assert (known.column, known.scale) == ("contract_amount", scale)


@pytest.mark.parametrize(
    ("table", "header"),
    [
        ("loans", "合同金额(万)"), ("loans", "合同金额(万美元)"), ("loans", "合同金额(RMB lakh)"),
        ("loans", "合同金额(万元、元)"),
        ("loans", "合同金额(万吨)"), ("loans", "合同金额(%)"), ("loans", "年利率(‰)"), ("loans", "年利率(万元)"),
        ("projects", "年减排量(万元)"), ("operating", "数值(万元)"), ("loans", "合同金额(分)"), ("fx", "汇率(万元)"),
    ],
)  # fmt: skip
def test_a_unit_that_is_not_known_or_is_none_of_its_column_leaves_the_header_unknown(table: str, header: str) -> None:
    assert known_headers(table, [header], reference().aliases) == []


@pytest.mark.parametrize("header", ["年利率(%)", "年利率％", "年利率/%", "年利率(单位：%)", "年利率【%】"])
def test_a_rate_in_per_cent_may_say_so(header: str) -> None:
    (known,) = known_headers("loans", [header], reference().aliases)
    assert (known.column, known.scale) == ("annual_rate_pct", 1)


def test_a_header_of_a_hundred_thousand_blanks_is_not_a_header_at_once() -> None:
    started = time.process_time()
    assert known_headers("ledger", ["总投资" + " " * 99_000 + "x"], reference().aliases) == []
    assert time.process_time() - started < 1


def test_an_investment_in_hundreds_of_millions_is_scaled_exactly() -> None:
    sent = {("总投资(亿元)" if name == "total_investment" else name): value for name, value in make_project().items()}
    sent["总投资(亿元)"] = "3.125"
    assert accept_rows("projects", [sent]).rows["total_investment"].to_list() == [Decimal("312500000.00")]


def test_a_scale_over_a_column_that_is_not_money_is_never_dropped_in_silence() -> None:
    """数值(万元) over 12 means 120,000, or the file is refused; it never means 12."""
    sent = {("数值(万元)" if name == "value" else name): value for name, value in make_reading(value="12").items()}
    try:
        values = accept_rows("operating", [sent]).rows["value"].to_list()
    except UnreadableDelivery:
        return
    assert values in ([], [120_000.0])


def test_a_column_that_is_there_twice_makes_the_file_unreadable() -> None:
    with pytest.raises(UnreadableDelivery, match="loan_id is there more than once"):
        read_headers("loans", [*LOAN_HEADERS, "贷款编号"], reference().aliases)


def test_a_missing_column_makes_the_file_unreadable_and_is_named() -> None:
    with pytest.raises(UnreadableDelivery, match="the column lender is missing") as error:
        read_headers("loans", [h for h in LOAN_HEADERS if h != "lender"], reference().aliases)
    assert "loan_id" in error.value.available
    assert "lender" in error.value.remedy


def test_what_is_found_where_a_column_is_missing_is_named_with_its_nearest_known_ones() -> None:
    with pytest.raises(UnreadableDelivery) as error:
        read_headers("loans", [h.replace("loan_id", "loan_idd") for h in LOAN_HEADERS], reference().aliases)
    assert "loan_idd (unknown; nearest known: loan_id" in error.value.available


def test_optional_columns_may_be_left_out() -> None:
    short = {name: value for name, value in make_loan().items() if name not in {"crf_field", "guarantor"}}
    assert accept_rows("loans", [short]).rows["crf_field"].to_list() == [None]


def test_an_unknown_header_is_set_aside_and_the_nearest_known_one_is_named() -> None:
    _, unknown = read_headers("loans", [*LOAN_HEADERS, "annual_rate"], reference().aliases)
    assert unknown == ["annual_rate"]
    assert nearest("loans", "annual_rate", reference().aliases)[0] == "annual_rate_pct"
