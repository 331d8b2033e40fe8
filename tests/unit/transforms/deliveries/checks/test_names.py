"""A plant by its name, readings without numbers: one project is meant, or none; the same row is the same reading."""

import datetime as dt

from tests.makers import Row, land, make_book, make_loan, make_project
from transforms.deliveries.book.book import Book
from transforms.deliveries.rows.assembly import Landed

AFTER, LATER = dt.datetime(2025, 3, 1, tzinfo=dt.UTC), dt.datetime(2025, 3, 2, tzinfo=dt.UTC)
WIND = make_project(project_id="P1", project_name="甲风电场")


def named(value: str = "100", month: str = "01", **more: str) -> Row:
    return {
        "电站名称": "甲风电场",
        "指标": "上网电量",
        "开始日期": f"2025-{month}-01",
        "结束日期": f"2025-{month}-28",
        "数值": value,
        "单位": "MWh",
        **more,
    }


def sent(*rows: Row, number: int = 9, at: dt.datetime = AFTER, sender: str = "plant") -> Landed:
    return land("operating", rows, number=number, at=at, sender=sender)


def book_of(*files: Landed, projects: tuple[Row, ...] = (WIND,)) -> Book:
    return make_book(projects, more=files)


def test_a_project_is_found_by_the_name_under_which_it_is_registered() -> None:
    (reading,) = book_of(sent(named(电站名称=" 甲风电场 "))).tables["operating"].to_dicts()
    assert (reading["project_id"], reading["metric"], reading["value"]) == ("P1", "electricity_supplied", 100)


def test_full_width_signs_of_a_name_are_folded_and_nothing_else_is() -> None:
    other = make_project(project_id="P2", project_name="A(1)站")
    book = book_of(sent(named(电站名称="Ａ（１）站"), named(电站名称="a(1)站")), projects=(WIND, other))
    assert book.tables["operating"]["project_id"].to_list() == ["P2"]
    assert book.rejected["rule"].to_list() == ["project_by_name"]


def test_a_name_of_no_project_is_refused() -> None:
    (refused,) = book_of(sent(named(电站名称="乙风电场"))).rejected.to_dicts()
    assert (refused["rule"], refused["column"], refused["value"]) == ("project_by_name", "project_id", "乙风电场")
    assert refused["reason"].startswith("no accepted project is called '乙风电场'")


def test_a_name_of_two_projects_is_refused_with_both_ids() -> None:
    twin = make_project(project_id="P2", project_name="甲风电场")
    (refused,) = book_of(sent(named()), projects=(WIND, twin)).rejected.to_dicts()
    assert refused["reason"].startswith("2 projects are called '甲风电场' (P1, P2)")


def test_a_sender_means_its_own_project_before_anothers_of_the_same_name() -> None:
    own = land("projects", [make_project(project_id="Q1", project_name="甲风电场")], number=7, sender="bank")
    lent = land("loans", [make_loan(loan_id="L9", project_id="Q1", lender="乙银行")], number=8, sender="bank")
    book = book_of(own, lent, sent(named(), sender="bank"))
    assert book.tables["operating"]["project_id"].to_list() == ["Q1"]


def test_an_id_goes_before_a_name() -> None:
    book = book_of(sent({"项目编号": "P1", **named(电站名称="乙风电场")}))
    assert book.tables["operating"]["project_id"].to_list() == ["P1"]


def test_a_reading_sent_again_in_another_order_and_file_is_a_repeat() -> None:
    book = book_of(sent(named(), named("90", "02")), sent(named("90", "02"), named(), number=10))
    assert book.tables["operating"].height == 2
    assert book.deliveries.filter(delivered_table="operating")["rows_repeated_count"].sum() == 2


def test_a_reading_that_was_changed_replaces_the_one_before() -> None:
    book = book_of(sent(named()), sent(named("90"), number=10, at=LATER))
    assert book.tables["operating"]["value"].to_list() == [90]


def test_a_reading_is_the_same_whatever_its_metric_is_called() -> None:
    book = book_of(sent(named()), sent(named("90", 指标="净上网电量"), number=10, at=LATER))
    assert book.tables["operating"]["value"].to_list() == [90]


def test_a_month_that_was_not_over_when_it_was_received_is_not_a_reading() -> None:
    """Received on 15 February: January counts, February was under way."""
    at = dt.datetime(2025, 2, 15, tzinfo=dt.UTC)
    book = book_of(sent(named(), named("90", "02"), at=at))
    assert book.tables["operating"]["period_start"].to_list() == [dt.date(2025, 1, 1)]
    assert book.rejected["rule"].to_list() == ["period_not_over"]


def test_a_refused_reading_of_a_named_project_is_held_against_the_project() -> None:
    book = book_of(sent(named("many")))
    assert book.refused_readings["project_id"].to_list() == ["P1"]
    assert book.rejected["rule"].to_list() == ["not_a_number"]
