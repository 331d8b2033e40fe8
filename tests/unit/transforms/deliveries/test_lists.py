"""A bank's own lists, through the readers: loans with their drawings, repayments without numbers, projects by names."""

import csv
import datetime as dt
import hashlib
import io
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from flows.landing.files import landed_path
from flows.landing.reading import read_landed
from flows.landing.receptions import Reception
from schemas.errors import UnreadableDelivery
from tests.makers import KNOWN_AT, reference
from transforms.deliveries.book.book import Book, assemble
from transforms.deliveries.lists import ListTable, list_layout, read_list
from transforms.deliveries.sheets.grid import Grid
from transforms.deliveries.sheets.spans import Span

PROJECTS: Final = """绿色项目清单,,,,,
项目名称,项目类别,项目总投资(万元),投产日期,建设地点,预计年减排量
甲风电场,风力发电,36000,2024-06-30,江西省九江市,71000
乙供热,集中供热,12500,在建,江西省,
"""
LOANS: Final = """浔州银行股份有限公司贷款台账,,,,,,
截至日期：2025年12月31日,,,,,,单位：万元
借据号,项目名称,放款日期,到期日期,贷款金额,贷款余额,执行利率(%)
001,甲风电场,2024-01-10,2034-01-10,3000,2700,3.85
002,乙供热,2024年2月6日,2029-02-05,1200,1200,4.1
合计,,,,4200,3900,
"""
REPAID: Final = """单位：万元,,
借据号,还款日期,还款本金
001,2025-01-10,200
001,2025-07-10,100
"""


class Bank:
    """Files of senders, received one after the other."""

    def __init__(self, folder: Path) -> None:
        """Keep what is landed under a folder."""
        self.folder, self.received = folder, list[Reception]()

    def send(self, name: str, text: str, sender: str = "xunzhou", day: int = 0) -> "Bank":
        content, number = text.encode(), len(self.received) + 1
        at = dt.datetime(2026, 1, day or number, tzinfo=dt.UTC).isoformat()
        reception = Reception(name, sender, hashlib.sha256(content).hexdigest(), len(content), at, number)
        path = landed_path(reception, self.folder)
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(content)
        self.received.append(reception)
        return self

    @property
    def book(self) -> Book:
        return assemble(read_landed(self.received, self.folder, reference().aliases), reference(), KNOWN_AT)


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    return Bank(tmp_path).send("绿色项目清单.csv", PROJECTS).send("贷款台账.csv", LOANS)


def repayments(*rows: Sequence[str]) -> str:
    return "单位：万元,,\n借据号,还款日期,还款本金\n" + "".join(",".join(row) + "\n" for row in rows)


def entries(book: Book) -> list[tuple[str, str, Decimal]]:
    rows = book.tables["ledger"].sort("value_date", "amount").select("loan_id", "value_date", "amount").iter_rows()
    return [(loan, str(day), amount / 10_000) for loan, day, amount in rows]


def messages(book: Book, code: str) -> list[str]:
    return book.flags.filter(code=code)["message"].to_list()


DRAWN: Final = [("001", "2024-01-10", Decimal(3000)), ("002", "2024-02-06", Decimal(1200))]


@pytest.mark.parametrize("rows", ["", "合计,,0\n", "合计,,\n", "\n,,\n"])
def test_a_list_of_a_month_without_repayments_is_read_and_stops_nothing(bank: Bank, rows: str) -> None:
    empty = "单位：万元,,\n借据号,还款日期,还款本金\n" + rows
    book = bank.send("projects.csv", PROJECTS).send("台账.csv", LOANS).send("还款明细.csv", empty).book
    assert book.deliveries.filter(source_file="xunzhou/还款明细.csv")["delivery_status"].to_list() == ["read"]
    assert book.tables["loans"].height == 2
    assert not book.tables["ledger"].filter(event="REPAYMENT").height


def test_a_row_is_a_loan_and_its_drawing_on_the_day_on_which_it_was_drawn(bank: Bank) -> None:
    book = bank.book
    assert entries(book) == DRAWN
    (loan, _) = book.tables["loans"].sort("loan_id").to_dicts()
    assert (loan["lender"], loan["currency"], loan["annual_rate_pct"]) == ("浔州银行股份有限公司", "CNY", 3.85)
    assert (loan["contract_amount"], loan["sign_date"], loan["loan_type"]) == (Decimal(30_000_000), None, "new")
    assert book.rejected.is_empty()


def test_each_line_is_counted_once_though_it_is_a_loan_and_an_entry(bank: Bank) -> None:
    (row,) = bank.book.deliveries.filter(delivered_table="loans").to_dicts()
    assert (row["rows_in_count"], row["rows_accepted_count"], row["rows_total_count"]) == (2, 2, 1)
    assert row["recognised_by"].endswith("贷款机构 浔州银行股份有限公司; 币种 CNY")


def test_a_project_without_a_number_is_its_senders_by_its_name(bank: Bank) -> None:
    wind, heat = bank.book.tables["projects"].sort("project_name", descending=True).to_dicts()
    assert (wind["project_id"], wind["method"]) == ("xunzhou:甲风电场", "grid_renewable")
    assert (wind["province_or_country"], wind["total_investment"]) == ("江西省", Decimal(360_000_000))
    assert (heat["commissioning_date"], heat["reported_annual_reduction_tco2"]) == (None, None)
    assert heat["method"] == "reported"


def test_projects_of_one_name_of_two_banks_are_two(bank: Bank) -> None:
    other = LOANS.replace("浔州", "江州").replace("001", "J1").replace("002", "J2")
    book = bank.send("项目.csv", PROJECTS, "jiangzhou").send("台账.csv", other, "jiangzhou").book
    assert book.tables["projects"].height == 4
    owners = dict(book.tables["loans"].select("loan_id", "project_id").iter_rows())
    assert (owners["001"], owners["J1"]) == ("xunzhou:甲风电场", "jiangzhou:甲风电场")


def test_a_balance_that_the_entries_do_not_come_to_is_flagged(bank: Bank) -> None:
    """Loan 001 has a balance of 2700 and no repayment was sent: its entries come to 3000."""
    (message,) = messages(bank.book, "stated_balance_differs")
    assert message == (
        "line 4: loan 001 is stated at 27000000.00 on 2025-12-31, its entries come to 30000000.00: "
        "difference -3000000.00"
    )


def test_repayments_without_numbers_bring_the_balance_to_what_is_stated(bank: Bank) -> None:
    book = bank.send("还款明细.csv", REPAID).book
    assert entries(book)[2:] == [("001", "2025-01-10", Decimal(200)), ("001", "2025-07-10", Decimal(100))]
    assert set(book.tables["ledger"]["event"]) == {"DISBURSEMENT", "REPAYMENT"}
    assert messages(book, "stated_balance_differs") == []


def test_a_list_sent_again_in_another_order_and_file_counts_once(bank: Bank) -> None:
    again = repayments(("001", "2025-07-10", "100"), ("001", "2025-01-10", "200"))
    book = bank.send("还款明细.csv", REPAID).send("还款.csv", again).send("台账2.csv", LOANS).book
    assert len(entries(book)) == 4
    assert book.deliveries["rows_repeated_count"].sum() == 4


def test_two_repayments_of_one_day_and_amount_are_two_however_often_they_are_sent(bank: Bank) -> None:
    twice = repayments(("001", "2025-01-10", "150"), ("001", "2025-01-10", "150"))
    book = bank.send("还款明细1.csv", twice).send("还款明细2.csv", twice + "001,2025-07-10,50\n").book
    assert [amount for _, _, amount in entries(book)[2:]] == [150, 150, 50]


def test_one_entry_stated_in_two_ways_by_lists_of_one_night_is_refused_in_both(bank: Bank) -> None:
    """500 and 300 of one day may be two repayments, or one and its correction."""
    first, second = (repayments(("001", "2025-09-20", amount)) for amount in ("500", "300"))
    book = bank.send("还款明细.csv", first, day=9).send("提前还款明细.csv", second, day=9).book
    assert entries(book) == DRAWN
    reasons = dict(book.rejected.select("source_file", "reason").iter_rows())
    assert "is another in xunzhou/提前还款明细.csv" in reasons["xunzhou/还款明细.csv"]
    assert "is another in xunzhou/还款明细.csv" in reasons["xunzhou/提前还款明细.csv"]
    assert all("send both in one list" in reason for reason in reasons.values())


def test_one_entry_stated_alike_by_lists_of_one_night_counts_once(bank: Bank) -> None:
    first = repayments(("001", "2025-09-20", "500"))
    book = bank.send("还款明细.csv", first, day=9).send("提前还款明细.csv", first, day=9).book
    assert [amount for _, _, amount in entries(book)[2:]] == [500]
    assert book.rejected.is_empty()


NORMAL: Final = repayments(("001", "2025-01-10", "200"), ("001", "2025-07-10", "100"))
AHEAD: Final = repayments(("001", "2025-03-10", "50"), ("001", "2025-09-10", "70"))


@pytest.mark.parametrize("names", [("正常还款明细.csv", "提前还款明细.csv"), ("提前还款明细.csv", "正常还款明细.csv")])
def test_lists_of_one_night_belong_together_and_neither_takes_the_others_entries_back(
    bank: Bank, names: tuple[str, str]
) -> None:
    """Each covers a day of the other's; all four repayments count, also when both are sent again."""
    for day in (9, 10):
        for name, text in zip(names, (NORMAL, AHEAD), strict=True):
            bank.send(name, text, day=day)
        book = bank.book
        assert [amount for _, _, amount in entries(book)[2:]] == [200, 50, 100, 70]
        assert messages(book, "entry_no_longer_listed") == []


@pytest.mark.parametrize("month", ["", "2025-{}"])
def test_a_new_edition_of_one_of_them_speaks_for_that_one_alone(bank: Bank, month: str) -> None:
    """The next night only one comes, with one repayment more; the night after the other, with a day corrected."""
    names = [f"正常还款明细{month}.csv", f"提前还款明细{month}.csv"]
    bank.send(names[0].format(1), NORMAL, day=9).send(names[1].format(1), AHEAD, day=9)
    book = bank.send(names[0].format(2), NORMAL + "001,2025-10-10,80\n", day=10).book
    assert [amount for _, _, amount in entries(book)[2:]] == [200, 50, 100, 70, 80]
    book = bank.send(
        names[1].format(3), AHEAD.replace("2025-03-10", "2025-03-20").replace("09-10", "09-11"), day=11
    ).book
    assert [day for _, day, _ in entries(book)[2:]] == [  # one line is asked, so the list takes nothing back
        "2025-01-10",
        "2025-03-10",
        "2025-07-10",
        "2025-09-10",
        "2025-10-10",
    ]
    assert book.rejected["rule"].to_list() == ["entry_moved", "entry_moved"]
    early = repayments(("001", "2025-03-01", "5"), ("001", "2025-03-20", "50"), ("001", "2025-09-10", "70"))
    book = bank.send(names[1].format(4), early, day=12).book
    assert [day for _, day, _ in entries(book)[2:]] == [
        "2025-01-10",
        "2025-03-01",
        "2025-03-20",
        "2025-07-10",
        "2025-09-10",
        "2025-10-10",
    ]


def test_one_amount_on_two_near_days_in_two_lists_of_one_night_is_asked_and_not_counted_twice(bank: Bank) -> None:
    other = repayments(("001", "2025-01-05", "10"), ("001", "2025-07-12", "100"), ("001", "2025-08-01", "10"))
    book = bank.send("还款甲.csv", NORMAL, day=9).send("还款乙.csv", other, day=9).book
    assert [amount for _, _, amount in entries(book)[2:]] == [10, 200, 100, 10]
    assert book.rejected["rule"].to_list() == ["entry_moved"]


def of_month(title: str, *rows: Sequence[str]) -> str:
    return f"{title},,\n" + repayments(*rows)


JANUARY: Final = [("001", "2025-01-10", "200")]
FEBRUARY: Final = [("001", "2025-01-10", "210"), ("001", "2025-02-10", "50")]
MARCH: Final = [("001", "2025-01-10", "210"), ("001", "2025-02-11", "50"), ("001", "2025-03-10", "60")]


@pytest.mark.parametrize(
    "titles",
    [
        ("截至日期：2025年1月31日", "截至日期：2025年2月28日", "截至日期：2025-03-31"),
        ("2025年1月还款明细", "2025年1-2月还款明细", "2025年一季度还款明细"),
    ],
)
def test_a_backlog_of_monthly_lists_in_one_night_is_read_in_the_order_of_its_stated_days(
    bank: Bank, titles: tuple[str, str, str]
) -> None:
    """March says last that January's was 210 and February's on the 11th; the files come in another order."""
    for name, title, rows in zip("cab", titles, (JANUARY, FEBRUARY, MARCH), strict=True):
        bank.send(f"还款明细{name}.csv", of_month(title, *rows), day=9)
    book = bank.book
    assert entries(book)[2:] == [("001", day, Decimal(amount)) for _, day, amount in MARCH]
    assert book.rejected.is_empty()
    assert "without 001 2025-02-10 500000.00" in messages(book, "entry_no_longer_listed")[0]


def test_so_is_a_backlog_of_lists_of_loans(bank: Bank) -> None:
    """The drawing was corrected to 3,100 by the end of February."""
    changed = LOANS.replace("2025年12月31日", "2026年2月28日").replace("3000", "3100")
    first = LOANS.replace("2025年12月31日", "2026年1月31日").replace("3000", "2900")
    book = bank.send("台账甲.csv", changed, day=9).send("台账乙.csv", first, day=9).book
    assert entries(book)[0] == ("001", "2024-01-10", Decimal(3100))
    assert book.rejected.is_empty()


def of_months(title: str, supplied: str) -> str:
    return f"{title}（单位：MWh）,,,\n电站名称,项目,1月,2月\n甲风电场,上网电量,{supplied},80\n"


def test_a_reading_stated_in_two_ways_in_one_night_is_refused_unless_one_is_of_later_months(bank: Bank) -> None:
    stated_twice = bank.send("甲.csv", of_months("2025年上网电量", "90"), day=9)
    book = stated_twice.send("乙.csv", of_months("2025年上网电量", "95"), day=9).book
    assert book.tables["operating"]["value"].to_list() == [80]
    assert set(book.rejected["rule"]) == {"conflicting_rows"}
    assert "is another in xunzhou/" in book.rejected["reason"][0]


def test_tables_of_one_night_count_in_the_order_of_their_months(bank: Bank) -> None:
    later, earlier = (of_months(f"2025年1-{month}月上网电量", value) for month, value in ((3, "95"), (2, "90")))
    book = bank.send("甲.csv", later, day=9).send("乙.csv", earlier, day=9).book
    assert book.tables["operating"]["value"].to_list() == [95, 80]
    assert book.rejected.is_empty()


def test_an_amount_that_was_corrected_replaces_the_one_before(bank: Bank) -> None:
    book = bank.send("还款1.csv", REPAID).send("还款2.csv", REPAID.replace("200", "210")).book
    assert [amount for _, _, amount in entries(book)[2:]] == [210, 100]


def test_a_day_that_was_corrected_within_a_later_list_counts_once(bank: Bank) -> None:
    """The list covers January to July: what it says no more is gone."""
    first = repayments(("001", "2025-01-10", "200"), ("001", "2025-03-10", "50"), ("001", "2025-07-10", "100"))
    book = bank.send("还款1.csv", first).send("还款2.csv", first.replace("2025-03-10", "2025-03-20")).book
    assert [day for _, day, _ in entries(book)[2:]] == ["2025-01-10", "2025-03-20", "2025-07-10"]
    assert messages(book, "entry_no_longer_listed") == [
        "it lists its loans from 2025-01-10 to 2025-07-10 without 001 2025-03-10 500000.00: no longer counted"
    ]


def test_a_day_that_was_corrected_at_the_end_of_a_list_is_asked_and_not_counted_twice(bank: Bank) -> None:
    book = bank.send("还款1.csv", REPAID).send("还款2.csv", REPAID.replace("2025-07-10", "2025-07-08")).book
    assert [day for _, day, _ in entries(book)[2:]] == ["2025-01-10", "2025-07-10"]
    (refused,) = book.rejected.to_dicts()
    assert refused["rule"] == "entry_moved"
    assert "2025-07-08 may be the one of 2025-07-10 in xunzhou/还款1.csv" in refused["reason"]


def test_a_list_with_a_refused_line_says_of_no_entry_that_it_is_gone(bank: Bank) -> None:
    """The refused line may be the very one; the other entry, ten days from none, stays too."""
    first = repayments(("001", "2025-01-10", "200"), ("001", "2025-03-10", "50"), ("001", "2025-07-10", "100"))
    book = bank.send("还款1.csv", first).send("还款2.csv", first.replace("2025-03-10,50", "2025-03-10,many")).book
    assert [amount for _, _, amount in entries(book)[2:]] == [200, 50, 100]
    assert book.rejected["rule"].to_list() == ["not_money"]


def test_drawings_listed_one_by_one_go_before_the_one_of_the_list(bank: Bank) -> None:
    """A ledger without numbers: 1,000 and 2,000, which the list has as one of 3,000."""
    header = "loan_id,value_date,event,amount,currency,reverses_entry_id\n"
    rows = [f"001,2024-0{month}-10,DISBURSEMENT,{month}0000000,CNY,\n" for month in (1, 2)]
    book = bank.send("ledger.csv", header + "".join(rows)).book
    assert [amount for loan, _, amount in entries(book) if loan == "001"] == [1000, 2000]


def test_the_next_months_list_takes_nothing_of_the_last(bank: Bank) -> None:
    january, february = (repayments(("001", f"2025-0{month}-10", "50")) for month in (1, 2))
    assert len(entries(bank.send("还款1.csv", january).send("还款2.csv", february).book)) == 4


def test_a_loan_that_is_no_longer_listed_keeps_its_repayments(bank: Bank) -> None:
    both = repayments(("001", "2025-01-10", "50"), ("002", "2025-02-10", "50"), ("001", "2025-03-10", "50"))
    only = repayments(("001", "2025-01-10", "50"), ("001", "2025-03-10", "50"))
    assert len(entries(bank.send("还款1.csv", both).send("还款2.csv", only).book)) == 5


def test_a_drawing_that_was_corrected_counts_once_whatever_changed(bank: Bank) -> None:
    changed = LOANS.replace("2024-01-10,2034", "2024-01-05,2034").replace("3000", "3100")
    assert entries(bank.send("台账2.csv", changed).book)[0] == ("001", "2024-01-05", Decimal(3100))


def test_two_drawings_of_one_note_in_one_list_are_refused_with_what_to_do(bank: Bank) -> None:
    row = "003,甲风电场,2024-01-10,2034-01-10,{},100,3.85\n"
    head = "".join(line + "\n" for line in LOANS.splitlines()[:3])
    book = bank.send("台账2.csv", head + row.format("100") + row.format("100").replace("2024-01-10", "2024-02-10")).book
    assert "003" not in book.tables["ledger"]["loan_id"].to_list()
    assert set(book.rejected["rule"]) == {"several_drawings"}
    assert "on lines 4, 5" in book.rejected["reason"][0]
    assert "as 003-1 and 003-2" in book.rejected["reason"][0]


def test_a_note_merged_over_its_repayments_is_the_note_of_each(tmp_path: Path) -> None:
    """A merged day likewise; a merged amount is shared by its rows, and refuses them."""
    table = [
        ["借据号", "还款日期", "还款本金"],
        ["001", "2025-01-10", "200"],
        ["", "2025-07-10", "100"],
        ["", "", "50"],
    ]
    aliases = reference().aliases

    def read(*merged: tuple[int, int, int, int]) -> ListTable:
        grid = Grid("还款.xlsx", table, [1, 2, 3, 4], "还款明细", is_padded=True, merged=merged)
        layout = list_layout(grid, aliases)
        assert layout is not None
        (one,) = read_list(grid, layout, "xunzhou", [], aliases)
        return one

    cells = read((1, 0, 3, 0), (2, 1, 3, 1)).cells.cells
    assert cells.select("借据号", "value_date" if "value_date" in cells.columns else "起息日", "event").rows() == [
        ("001", "2025-01-10", "REPAYMENT"),
        ("001", "2025-07-10", "REPAYMENT"),
        ("001", "2025-07-10", "REPAYMENT"),
    ]
    shared = read((1, 0, 3, 0), (2, 2, 3, 2)).cells.marks
    assert shared["rule"].unique().to_list() == ["merged_amount"]
    assert shared["source_row"].to_list() == [3, 4]


def test_totals_of_a_year_a_month_or_the_year_so_far_are_neither_repayments_nor_loans(bank: Bank) -> None:
    """A number of the row may come before the word; a sum that differs is flagged."""
    rows = [("001", "2025-01-10", "200"), ("2025年1月小计", "", "200"), ("001", "2025-07-10", "100")]
    sums = [("2025年合计", "", "300"), ("本年累计", "", "900"), ("合计", "", "310")]
    loans = LOANS + "2025年合计,,,,4200,3900,\n本年累计,,,,4200,3900,\n"
    book = bank.send("还款.csv", repayments(*rows, *sums)).send("台账2.csv", loans).book
    assert book.rejected.is_empty()
    assert [amount for _, _, amount in entries(book)[2:]] == [200, 100]
    (message,) = messages(book, "total_row_differs")
    assert "line 8 ('合计') states 3100000.00 in 金额(万元), the rows above sum to 3000000.00" in message


def test_a_total_behind_the_number_of_its_row_is_one_too(bank: Bank) -> None:
    text = "序号,借据号,还款日期,还款本金(万元)\n1,001,2025-01-10,200\n2,2025年合计,,200\n"
    book = bank.send("还款.csv", text).book
    assert book.rejected.is_empty()
    assert [amount for _, _, amount in entries(book)[2:]] == [200]


def test_a_loans_own_ledger_goes_before_the_list(bank: Bank) -> None:
    ledger = (
        "entry_id,loan_id,value_date,booked_at,event,amount,currency,reverses_entry_id\n"
        "E1,001,2024-01-10,2024-01-10T09:00:00,DISBURSEMENT,30000000,CNY,\n"
    )
    book = bank.send("还款明细.csv", REPAID).send("ledger.csv", ledger).book
    assert [e for e in entries(book) if e[0] == "001"] == [("001", "2024-01-10", Decimal(3000))]
    assert len(messages(book, "ledger_before_list")) == 2


def test_a_loan_due_before_it_was_drawn_is_refused_with_its_drawing_and_is_one_line(bank: Bank) -> None:
    book = bank.send("台账2.csv", LOANS.replace("2029-02-05", "2019-02-05").replace("002", "003")).book
    assert book.rejected["rule"].to_list() == ["maturity_before_drawing", "unknown_loan_id"]
    assert book.deliveries.filter(source_file="xunzhou/台账2.csv")["rows_refused_count"].to_list() == [1]
    assert len(set(book.rejected["row_text"])) == 1


def test_another_kind_of_loan_is_asked_and_not_taken_for_a_new_one(bank: Bank) -> None:
    head, _, body = LOANS.partition("执行利率(%)\n")
    lines = [f"{line},{use}" for line, use in zip(body.splitlines(), ("流动资金周转", "设备购置", ""), strict=True)]
    text = (head + "执行利率(%),用途\n" + "\n".join(lines) + "\n").replace("001", "003").replace("002", "004")
    book = bank.send("台账2.csv", text).book
    assert book.rejected.filter(table="loans").select("column", "value").rows() == [("loan_type", "流动资金周转")]


def test_a_column_of_the_contracts_overrides_one_that_may_stand_for_it(bank: Bank) -> None:
    """省份 beside 建设地点, and 年利率 beside 执行利率: the list is not refused for having both."""
    projects = (
        PROJECTS.replace("年减排量\n", "年减排量,省份\n")
        .replace("71000", "71000,湖北")
        .replace("江西省,\n", "江西省,,湖北\n")
    )
    loans = (
        LOANS.replace("执行利率(%)\n", "执行利率(%),年利率\n").replace("3.85", "3.85,3.9").replace("4.1\n", "4.1,4.0\n")
    )
    book = bank.send("项目2.csv", projects).send("台账2.csv", loans).book
    assert set(book.tables["projects"]["province_or_country"]) == {"湖北"}
    assert set(book.tables["loans"]["annual_rate_pct"]) == {3.9, 4.0}


def test_a_remark_under_the_loans_numbers_is_not_a_loan_and_its_unit_counts(bank: Bank) -> None:
    unlabelled = LOANS.replace("单位：万元", "") + "注：金额单位为万元,,,,,,\n"
    book = bank.send("projects.csv", PROJECTS).send("loans.csv", unlabelled).book
    assert book.rejected.is_empty()
    assert [amount for _, _, amount in entries(book)] == [3000, 1200]  # in 万元


def test_a_total_that_differs_is_flagged(bank: Bank) -> None:
    book = bank.send("台账2.csv", LOANS.replace("合计,,,,4200", "合计,,,,4300")).book
    assert len(messages(book, "total_row_differs")) == 1


USES: Final = ["置换他行贷款", "归还他行项目借款", "续贷", "借新还旧", "偿还股东借款", "债务重组", "Refinancing"]
NEW_USES: Final = ["风电场建设", "固定资产投资", "设备更新改造", "老旧设备置换", "项目建设贷款", "supply"]


def test_money_that_pays_back_other_money_is_not_a_new_loan(tmp_path: Path) -> None:
    uses = [*USES, *NEW_USES]
    rows = [f"{at},甲风电场,2024-01-10,2034-01-10,10,10,3.85,{use}" for at, use in enumerate(uses, start=11)]
    loans = "\n".join([*LOANS.replace("%)", "%),用途").splitlines()[:3], *rows, ""])
    book = Bank(tmp_path).send("projects.csv", PROJECTS).send("loans.csv", loans).book
    assert [uses[int(loan) - 11] for loan in sorted(book.tables["loans"]["loan_id"])] == NEW_USES
    assert book.rejected.filter(table="loans")["value"].to_list() == USES


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("浔州银行股份有限公司贷款台账", "绿色贷款台账", "no single bank is named"),
        ("单位：万元", "单位：百万", "leaves a doubt in which unit"),
    ],
)
def test_a_list_in_doubt_is_refused_whole_and_counts_its_lines(
    bank: Bank, before: str, after: str, reason: str
) -> None:
    book = bank.send("台账2.csv", LOANS.replace(before, after)).book
    (refused,) = book.deliveries.filter(source_file="xunzhou/台账2.csv").to_dicts()
    assert (refused["rows_in_count"], refused["rows_refused_count"]) == (2, 2)
    assert reason in refused["reason"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("还款计划.csv", REPAID),
        ("还款.csv", "还款计划表,,\n" + REPAID),
        ("还款.csv", "应还款明细表,,\n" + REPAID),
        ("还款.csv", "应还未还本金明细,,\n" + REPAID),
        ("repayments_due_2025.csv", REPAID),
        ("还款.csv", "还款计划表（单位：万元）,,\n" + REPAID),
        ("台账2.csv", LOANS.replace("贷款台账", "拟投放绿色贷款项目储备表")),
        ("2026年预计投放.csv", LOANS),
    ],
)
def test_what_is_not_done_yet_is_neither_a_repayment_nor_a_drawing(bank: Bank, name: str, text: str) -> None:
    book = bank.send(name, text.replace("001,", "002,")).book
    (refused,) = book.deliveries.filter(source_file=f"xunzhou/{name}").to_dicts()
    assert "it speaks of what is not done yet" in refused["reason"]
    assert entries(book) == DRAWN


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plant_repayments.csv", REPAID),
        ("还款.csv", "填报部门：计划财务部,,\n" + REPAID),
        ("还款.csv", "国家储备林贷款还款明细,,\n" + REPAID),
        ("还款.csv", REPAID + "注：不含计划还款,,\n"),
        ("还款.csv", "贷款对应还款明细,,\n" + REPAID),
        ("residue_power.csv", REPAID),
    ],
)
def test_words_that_only_contain_one_of_a_plan_are_none(bank: Bank, name: str, text: str) -> None:
    assert len(entries(bank.send(name, text).book)) == 4


def with_repayments(day: str, amount: str) -> str:
    head, _, body = LOANS.partition("执行利率(%)\n")
    lines = [f"{line},{day},{amount}" for line in body.splitlines()[:2]]
    return head + "执行利率(%),还款日期,还款本金\n" + "\n".join(lines) + "\n"


def test_loans_with_a_repayment_in_each_row_are_refused_whole(bank: Bank) -> None:
    """A row has place for one repayment, and none of them was counted."""
    book = bank.send("台账2.csv", with_repayments("2025-07-10", "100")).book
    (refused,) = book.deliveries.filter(source_file="xunzhou/台账2.csv").to_dicts()
    assert refused["delivery_status"] == "refused"
    assert "send the repayments as a list of their own (还款明细)" in refused["reason"]


@pytest.mark.parametrize("nothing", ["", "-"])
def test_columns_of_repayments_that_are_empty_are_not_listed_as_read(bank: Bank, nothing: str) -> None:
    book = bank.send("台账2.csv", with_repayments(nothing, nothing)).book
    (evidence,) = set(book.deliveries.filter(source_file="xunzhou/台账2.csv")["recognised_by"])
    assert "贷款余额" in evidence
    assert "还款" not in evidence


def returned(book: Book) -> str:
    """The refused lines as they come back, the reason in a last column."""
    rows = [json.loads(text) for text in dict.fromkeys(book.rejected["row_text"])]
    out = io.StringIO()
    writer = csv.DictWriter(out, [*rows[0], "refused_because"])
    writer.writeheader()
    writer.writerows(row | {"refused_because": "..."} for row in rows)
    return out.getvalue()


def test_a_refused_line_of_a_list_comes_back_corrected_with_what_was_stated_of_all(bank: Bank) -> None:
    """Unit, lender and currency are in it: 002 is drawn with 1,200 x 10,000 yuan."""
    late = LOANS.replace("2029-02-05", "2019-02-05").replace("002", "003")
    text = returned(bank.send("台账2.csv", late).book).replace("2019-02-05", "2029-02-05")
    assert text.startswith("借据号,项目名称,放款日期,到期日期,贷款金额(万元),贷款余额(万元),执行利率(%),贷款机构,币种")
    book = bank.send("loans.台账2.refused.csv", text).book
    assert ("003", "2024-02-06", Decimal(1200)) in entries(book)
    assert book.deliveries.filter(source_file="xunzhou/loans.台账2.refused.csv")["rows_accepted_count"].to_list() == [1]


def test_a_refused_reading_of_a_table_of_months_comes_back_as_a_row(bank: Bank) -> None:
    months = "2025年（单位：MWh）,,,\n电站名称,项目,1月,2月\n甲风电场,上网电量,many,200\n"
    text = returned(bank.send("发电量.csv", months, "plant").book).replace("many", "100")
    readings = bank.send("operating.发电量.refused.csv", text, "plant").book.tables["operating"]
    assert readings.sort("period_start")["value"].to_list() == [100, 200]


def test_columns_of_a_table_of_months_that_are_not_read_are_flagged(bank: Bank) -> None:
    """Remarks are read, columns without a cell say nothing."""
    text = (
        "2025年统计表（单位：万千瓦时）,,,,,,,\n电站名称,项目,项目,1月,2月,1月-2月,上网电量(万),空,备注\n"
        "甲风电场,上网电量,一期,10,20,30,30,,无\n"
    )
    book = bank.send("运行数据.csv", text).book
    columns = book.flags.filter(code="unknown_header")["message"].str.extract("column '(.*?)'").to_list()
    assert columns == ["项目", "1月-2月", "上网电量(万)"]
    assert book.tables["operating"]["value"].to_list() == [100, 200]  # MWh


def test_a_balance_in_a_unit_that_is_not_read_is_flagged(bank: Bank) -> None:
    book = bank.send("台账2.csv", LOANS.replace("贷款余额", "贷款余额(万美元)")).book
    (message,) = messages(book, "unknown_header")
    assert message.startswith("column '贷款余额(万美元)' was not read, for its unit is not known")


def test_a_plants_table_with_a_month_twice_is_refused_and_the_others_are_read(bank: Bank) -> None:
    months = "2025年（单位：MWh）,,\n电站名称,项目,1月,一月\n甲风电场,上网电量,1,2\n"
    (refused,) = bank.send("发电量.csv", months, "plant").book.deliveries.filter(delivered_table="operating").to_dicts()
    assert (refused["delivery_status"], refused["rows_in_count"]) == ("refused", 1)
    assert "two of its columns are one month" in refused["reason"]


def test_a_ledger_named_so_and_whole_is_read_as_ever(bank: Bank) -> None:
    """A contract's ledger with a column more is not a list of loans."""
    ledger = (
        "entry_id,loan_id,value_date,booked_at,event,amount,currency,reverses_entry_id,放款日期,贷款金额\n"
        "E1,001,2024-01-10,2024-01-10T09:00:00,DISBURSEMENT,30000000,CNY,,2024-01-10,30000000\n"
    )
    assert bank.send("台账3.csv", ledger).book.tables["ledger"].filter(entry_id="E1").height == 1


REMARKS: Final = {
    "此笔为元": "unit_in_remark", "此笔按美元填列": "unit_in_remark", "美元贷款，万美元": "unit_in_remark",
    "美元贷款": "unit_in_remark", "引进美元设备500万美元": "unit_in_remark", "预计还款": "not_done_yet",
    "预计": "not_done_yet", "拟还": "not_done_yet", "在途": "not_done_yet", "预计2026年3月归还": "not_done_yet",
    "暂估数": "not_done_yet", "未经审核": "not_done_yet", "冲正": "called_void", "已冲销": "called_void",
    "作废": "called_void", "重复记账": "called_void", "重复记账，已冲销": "called_void",
}  # fmt: skip
HARMLESS: Final = [
    "此笔为万元", "人民币", "按计划还款", "另付利息500元", "正常还款", "提前还款", "未到期提前还款",
    "预计未来无逾期", "已到账", "在途资金已到账", "将本金全部归还",
    "已冲正错误", "无重复记账", "原借据作废", "原计划3月还款，实际4月归还",
    "设备款500万美元", "已折算人民币", "外币已按汇率折算", "抵押物评估",
]  # fmt: skip


def test_what_a_remark_says_of_its_amount_is_heard(bank: Bank) -> None:
    remarks = [*REMARKS, *HARMLESS]
    rows = [f"001,2025-{at // 28 + 1:02d}-{at % 28 + 1:02d},{at + 1},{text}" for at, text in enumerate(remarks)]
    book = bank.send("还款.csv", "\n".join(["单位：万元,,,", "借据号,还款日期,还款本金,备注", *rows, ""])).book
    rules = dict(book.rejected.select("source_row", "rule").iter_rows())
    assert {text: rules[line] for line, text in enumerate(remarks, start=3) if line in rules} == REMARKS
    assert [amount for *_, amount in entries(book)[2:]] == list(range(len(REMARKS) + 1, len(remarks) + 1))
    assert messages(book, "unknown_header") == []


NOT_DRAWN: Final = ["未放款", "审批中", "预计2026年3月放款", "作废", "已批未放"]
STATES: Final = [*NOT_DRAWN, "正常", "已结清", "逾期未还", "计划2026年提前还款", "已放款", "首笔"]


@pytest.mark.parametrize("header", ["贷款状态", "备注"])
def test_money_that_a_state_says_was_not_drawn_is_not_a_drawing(tmp_path: Path, header: str) -> None:
    rows = [f"{at},甲风电场,2024-01-10,2034-01-10,{at},{at},3.85,{state}" for at, state in enumerate(STATES, start=11)]
    loans = "\n".join([*LOANS.replace("%)", f"%),{header}").splitlines()[:3], *rows, ""])
    book = Bank(tmp_path).send("projects.csv", PROJECTS).send("loans.csv", loans).book
    drawn = [STATES[int(amount) - 11] for *_, amount in entries(book)]
    assert drawn == [state for state in STATES if state not in NOT_DRAWN]


@pytest.mark.parametrize("header", ["贷款金额(万美元)", "贷款金额(百万)", "贷款金额(笔)"])
def test_an_amount_in_a_unit_that_is_not_read_refuses_its_list_and_no_other(header: str, tmp_path: Path) -> None:
    """10,000 dollars and a night without end: the header was taken apart and its unit not found again."""
    bank = Bank(tmp_path).send("projects.csv", PROJECTS).send("loans.csv", LOANS.replace("贷款金额", header))
    book = bank.send("another.csv", LOANS.replace("001", "801").replace("002", "802"), "other").book
    (refused,) = book.rejected.filter(source_file="xunzhou/loans.csv").to_dicts()
    assert header in refused["reason"]


def test_a_sheet_on_which_the_program_fails_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The fault is planted: none is known."""

    def fails(*_: object) -> None:
        raise StopIteration

    monkeypatch.setattr("flows.landing.reading.read_list", fails)
    book = (
        Bank(tmp_path)
        .send("loans.csv", LOANS)
        .send("rates.csv", "date,base,quote,rate,source\n2025-01-02,USD,CNY,7.1,a\n")
        .book
    )
    (refused,) = book.rejected.to_dicts()
    assert "the program failed on it (StopIteration" in refused["reason"]
    assert "loans.csv" in caplog.text


TWO_ROWS: Final = [
    ["单位：万元", "", "", "", ""],
    ["借据号", "还款日期", "还款本金", "", "备注"],
    ["", "", "计划", "实际", ""],
    ["001", "2025-01-10", "500", "450", ""],
]
BESIDE: Final = [
    *TWO_ROWS[:1],
    ["借据号", "还款日期", "还款本金", "", ""],
    ["", "", "", "计划", "实际"],
    ["001", "2025-01-10", "500", "450", "440"],
]


@pytest.mark.parametrize(
    ("rows", "merged"),
    [(TWO_ROWS, ()), (TWO_ROWS, [(1, 2, 1, 3)]), (BESIDE, ()), (TWO_ROWS[:2] + TWO_ROWS[3:], [(1, 2, 1, 3)])],
)
def test_a_list_with_two_rows_of_headers_is_refused(rows: list[list[str]], merged: Sequence[Span]) -> None:
    """The first column under 还款本金 was taken: what was planned, or the contract's amount for the drawing."""
    aliases = reference().aliases
    grid = Grid("a.xlsx", rows, list(range(1, len(rows) + 1)), "还款明细", is_padded=True, merged=merged)
    layout = list_layout(grid, aliases)
    assert layout
    with pytest.raises(UnreadableDelivery, match="two rows of headers"):
        read_list(grid, layout, "a", [], aliases)


def test_a_row_of_units_and_a_column_without_a_header_are_not_a_second_row_of_headers(bank: Bank) -> None:
    rows = "借据号,还款日期,还款本金,\n,,万元,\n001,2025-01-10,200,√\n002,2025-01-10,100,\n"
    assert [amount for *_, amount in entries(bank.send("还款.csv", rows).book)[2:]] == [100, 200]


def test_a_merged_amount_of_a_list_is_named_by_its_range() -> None:
    """It was named by the columns that a list has after it was read: G4:G5."""
    rows = [line.split(",") for line in LOANS.splitlines()[:5]]
    grid = Grid("a.xlsx", rows, [1, 2, 3, 4, 5], "贷款台账", is_padded=True, merged=[(3, 4, 4, 4)])
    layout = list_layout(grid, reference().aliases)
    assert layout
    read = read_list(grid, layout, "a", [], reference().aliases)
    reasons = [reason for table in read for reason in table.cells.marks.filter(rule="merged_amount")["reason"]]
    assert len(reasons) == 4  # two rows, each of a loan and its drawing
    assert all("the merged cell E4:E5" in reason for reason in reasons)
