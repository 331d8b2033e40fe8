"""What waits for a person ends once it is answered, and not before."""

import datetime as dt
from dataclasses import asdict

import polars as pl
import pytest

from flows.published.needs import differing_files, refused_files, sentences
from flows.published.wording import Wording
from flows.running.run_record import RunRecord
from schemas.errors import ContradictoryReference, EnvironmentFailure

ENGLISH, CHINESE = Wording("en"), Wording("zh")
JANUARY, FEBRUARY = (dt.datetime(2026, month, 5, 2, tzinfo=dt.UTC) for month in (1, 2))


def delivered(*files: tuple[str, str, str, dt.datetime, str]) -> pl.DataFrame:
    columns = ["source_file", "sender", "delivered_table", "received_at", "delivery_status"]
    return pl.DataFrame(files, schema=columns, orient="row")


def flagged(*files: str, code: str = "total_row_differs") -> pl.DataFrame:
    texts = {"message": "line 9 states 10, the rows sum to 9", "message_zh": "第 9 行注明 10，各行合计 9"}
    return pl.DataFrame({"code": code, "subject": list(files), **texts})


FIRST = ("icbc/list_1.xlsx", "icbc", "ledger", JANUARY, "read")


def test_a_file_that_does_not_add_up_waits_for_its_sender() -> None:
    of_another = ("ccb/list_2.xlsx", "ccb", "ledger", FEBRUARY, "read")
    of_other_rows = ("icbc/loans.csv", "icbc", "loans", FEBRUARY, "read")
    refused = ("icbc/list_2.xlsx", "icbc", "ledger", FEBRUARY, "refused")
    waiting = differing_files(flagged("icbc/list_1.xlsx"), delivered(FIRST, of_another, of_other_rows, refused))
    assert [flag["subject"] for flag in waiting] == ["icbc/list_1.xlsx"]


def test_a_later_file_of_the_same_table_answers_it() -> None:
    second = ("icbc/list_2.xlsx", "icbc", "ledger", FEBRUARY, "read")
    both = flagged("icbc/list_1.xlsx", "icbc/list_2.xlsx", code="stated_balance_differs")
    waiting = differing_files(both, delivered(FIRST, second))
    assert [flag["subject"] for flag in waiting] == ["icbc/list_2.xlsx"]


def test_a_flag_of_no_file_is_not_listed_among_files() -> None:
    assert differing_files(flagged("P1", code="single_survey"), delivered(FIRST)) == []


NOTHING_REFUSED = pl.DataFrame(schema={"delivery_id": pl.String, "source_row": pl.Int64, "reason_zh": pl.String})


def received(*files: tuple[str, str, dt.datetime, str]) -> pl.DataFrame:
    columns = ["delivery_id", "source_file", "received_at", "delivery_status"]
    return pl.DataFrame(files, schema=columns, orient="row").with_columns(reason=pl.lit("it has no end"))


def names(*files: tuple[str, str, dt.datetime, str]) -> list[str]:
    return [file["source_file"] for file in refused_files(received(*files), NOTHING_REFUSED)]


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        ("icbc/ledger.xlsx", "icbc/ledger.xlsx#ledger"),
        ("icbc/q.zip", "icbc/q.zip/ledger.csv"),
        ("q.zip", "q.zip/east/l.csv#3"),
    ],
)
def test_a_workbook_or_archive_that_came_again_whole_is_answered_by_what_was_read_of_it(whole: str, part: str) -> None:
    damaged, again = ("a1", whole, JANUARY, "refused"), ("b2-1", part, FEBRUARY, "read")
    assert names(damaged) == [whole]
    assert names(damaged, again) == []
    assert names(damaged, ("b2-1", part, FEBRUARY, "refused")) == [whole, part]
    assert names(damaged, again, ("b2-2", f"{whole}#notes", FEBRUARY, "refused")) == [f"{whole}#notes"]


def test_a_damaged_workbook_is_not_answered_by_an_earlier_one_nor_by_files_of_other_names() -> None:
    damaged = ("a1", "icbc/ledger.xlsx", FEBRUARY, "refused")
    earlier = ("b2-1", "icbc/ledger.xlsx#ledger", JANUARY, "read")
    of_another_name = ("c3-1", "icbc/ledger.xlsx2#ledger", FEBRUARY, "read")
    in_a_folder_of_its_name = ("d4", "icbc/ledger.xlsx/ledger.csv", FEBRUARY + dt.timedelta(days=1), "read")
    assert names(damaged, earlier, of_another_name, in_a_folder_of_its_name) == ["icbc/ledger.xlsx"]


def test_a_refused_file_is_answered_by_a_later_one_of_its_name() -> None:
    bad, good = ("a1", "icbc/l.csv", JANUARY, "refused"), ("b2", "icbc/l.csv", FEBRUARY, "read")
    assert names(bad) == ["icbc/l.csv"]
    assert names(bad, good) == []


def interrupted(identifier: str) -> dict[str, object]:
    return {"run_id": identifier, "outcome": "failed", "message": "interrupted", "gates": []}


def test_of_a_run_that_ended_after_it_published_the_figures_are_not_called_lost() -> None:
    waiting = {"waiting": [], "asking": [], "differing": [], "withheld": [], "unanswered": [], "unreconciled": []}
    lost = {"lost": [], "lost_editions": [], "lost_sign_offs": []}
    published = {"run_id": "night", "refused_files": [], **lost, "period": "2025Q4", **waiting}
    (of_this,) = sentences(interrupted("night"), published, ENGLISH)
    (of_a_later,) = sentences(interrupted("later"), published, ENGLISH)
    assert of_this == (
        "the last run (night) ended 'failed': interrupted; its figures are published, its documents are not whole: "
        "greenloan nightly again, or disclose"
    )
    assert of_a_later == "the last run (later) ended 'failed': interrupted"


def test_a_refused_project_lacks_nothing_and_says_where_the_reason_is() -> None:
    statuses = {"refused": "why", "blocked_missing_reading": "what is missing"}
    waiting = [{"status": status, "names": ["P1"]} for status in statuses]
    others = ("asking", "differing", "withheld", "unanswered", "unreconciled", "refused_files")
    other = {name: [] for name in (*others, "lost", "lost_editions", "lost_sign_offs")}
    needs = sentences(
        {**interrupted("night"), "outcome": "published"},
        {"run_id": "night", "period": "2025Q4", "waiting": waiting, **other},
        ENGLISH,
    )
    assert [need.rpartition("ops.flags says ")[2] for need in needs] == list(statuses.values())


def test_a_refused_file_has_the_chinese_reason_of_its_refusal_and_where_none_is_kept_the_english() -> None:
    files = received(("a1", "icbc/l.csv", JANUARY, "refused"), ("b2", "icbc/m.csv", JANUARY, "refused"))
    whole = pl.DataFrame({"delivery_id": ["a1", "a1"], "source_row": [None, 3], "reason_zh": ["文件不完整", "非日期"]})
    found = {file["source_file"]: (file["reason"], file["reason_zh"]) for file in refused_files(files, whole)}
    assert found == {"icbc/l.csv": ("it has no end", "文件不完整"), "icbc/m.csv": ("it has no end", "it has no end")}


ALL_THAT_WAITS = {
    "run_id": "night",
    "period": "2025Q4",
    "unreconciled": [
        {
            "lender": "工行",
            "date": "2025-12-31",
            "difference_loan_count": 1,
            "difference_balance": "5.00",
            "loans": [f"L{number} 10.00" for number in range(22)],
        }
    ],
    "lost_editions": [{"document": "crf_2025Q4_all-lenders_zh", "number": 2, "state": "missing"}],
    "lost_sign_offs": [{"document": "crf_2025Q4_all-lenders_zh", "number": 1, "state": "damaged"}],
    "refused_files": [
        {
            "source_file": "icbc/l.csv",
            "reason": "it has no end\nat all",
            "reason_zh": "整份未读取，其中各行均未计入：文件不完整",
        }
    ],
    "lost": [{"subject": "icbc/o.csv", "moved": ["P2", "P1"]}],
    "differing": [
        {"subject": "icbc/t.csv", "code": "total_row_differs", "message": "line 9 states 10", "message_zh": "第 9 行"}
    ],
    "unanswered": [
        {"source_file": "icbc/r.csv", "rows": 2, "first": ["line 3: no date"], "first_zh": ["第 3 行：无日期"]}
    ],
    "withheld": [
        {"project_id": "P3", "months": 2, "first": "2025-05-01", "evidence": "too high", "evidence_zh": "偏高"}
    ],
    "waiting": [{"status": "refused", "names": ["P4", "P5"]}, {"status": "blocked_no_denominator", "names": ["P7"]}],
    "asking": [{"code": "unknown_province", "names": ["P6"]}],
}


def test_what_waits_is_stated_in_the_language_that_is_asked_for() -> None:
    assert sentences(None, ALL_THAT_WAITS, ENGLISH)[1:3] == [
        "工行 counts otherwise on 2025-12-31: 1 loan(s), 5.00 in money; compare its list with ours: "
        + ", ".join(f"L{number} 10.00" for number in range(20))
        + " and 2 more in ops.reconciliation_loans",
        "icbc/l.csv was refused whole: it has no end",
    ]
    assert sentences(None, ALL_THAT_WAITS, CHINESE) == [
        "尚未运行：请执行 greenloan nightly",
        "工行 在 2025-12-31 的核对数不一致：笔数相差 1，余额相差 5.00；请与本方清单核对："
        + "、".join(f"L{number} 10.00" for number in range(20))
        + "，另有 2 项见 ops.reconciliation_loans",
        "icbc/l.csv 整份未读取，其中各行均未计入：文件不完整",
        "P1、P2 的已发布数字有变动，可能依据已声明丢失的文件（icbc/o.csv）：请报送方重新报送这些行，或告知数字使用者",
        "disclosures/ 下 crf_2025Q4_all-lenders_zh 第 2 版已损坏或缺失：请用备份或已对外提供的副本恢复其文件",
        "disclosures/ 下 crf_2025Q4_all-lenders_zh 第 1 次签署的文件已损坏或缺失：请用备份恢复签署件及其记录",
        "icbc/t.csv 勾稽不符，total_row_differs：第 9 行；请更正后重新报送",
        "icbc/r.csv 有 2 行被拒收，待更正后重新报送：第 3 行：无日期",
        "P3 自 2025-05-01 起有 2 个月的数字暂不发布：偏高；请更正读数或报送放行",
        "2025Q4 有 2 个项目无数字，拒收（refused）：P4、P5；原因见 ops.flags",
        "2025Q4 有 1 个项目无数字，缺总投资（blocked_no_denominator）：P7；所缺内容见 ops.flags",
        "unknown_province：P6",
    ]


def gate(name: str, *, is_passed: bool = False, is_accepted_by_hand: bool = False) -> dict[str, object]:
    """What a record has of a gate that saw one loan too few."""
    expected, seen = {"expected": "a loan", "expected_zh": "至少一笔贷款"}, {"observed": "none", "observed_zh": "无"}
    return {"gate": name, "is_passed": is_passed, "is_accepted_by_hand": is_accepted_by_hand, **expected, **seen}


def test_a_refused_night_names_the_gates_that_failed_in_the_language() -> None:
    gates = [gate("book"), gate("sums", is_passed=True), gate("volumes", is_accepted_by_hand=True), gate("totals")]
    run = {**interrupted("night"), "outcome": "refused", "message": "2 gate(s) failed", "gates": gates}
    (english,), (chinese,) = (sentences(run, None, wording) for wording in (ENGLISH, CHINESE))
    assert english.startswith("the last run (night) ended 'refused': 2 gate(s) failed, nothing was published")
    assert english.splitlines()[1:] == ["    book: expected a loan; saw none", "    totals: expected a loan; saw none"]
    assert chinese.startswith("最近一次运行（night）以“未予发布（refused）”结束：2 项发布关卡未通过，未发布任何内容")
    assert chinese.splitlines()[1:] == [
        "    book：应为“至少一笔贷款”；实见 无",
        "    totals：应为“至少一笔贷款”；实见 无",
    ]


def ended_by(error: BaseException) -> tuple[str, str]:
    record = RunRecord("night", "", "", "")
    record.ends_with(error)
    (english,), (chinese,) = (sentences(asdict(record), None, wording) for wording in (ENGLISH, CHINESE))
    return english, chinese


def test_a_run_that_an_error_ended_has_a_sentence_of_its_own_in_chinese() -> None:
    error = EnvironmentFailure("another run is under way", where="/b/lock", available="one run", remedy="wait")
    english, chinese = ended_by(error)
    assert english == f"the last run (night) ended 'failed': {error}"
    assert chinese == ("最近一次运行（night）以“失败（failed）”结束：另一运行正在进行：请待其结束；位置：/b/lock")


def test_what_an_error_says_of_this_night_is_in_its_chinese_sentence() -> None:
    _, chinese = ended_by(
        ContradictoryReference("3 fault(s) in the reference tables", where="t", available="", remedy="")
    )
    assert "参考数据表有 3 处错误" in chinese


def test_an_error_without_a_sentence_is_named_by_its_kind_and_quoted() -> None:
    _, of_ours = ended_by(EnvironmentFailure("the moon is full", where="sky", available="nothing", remedy="wait"))
    _, of_others = ended_by(ZeroDivisionError("division by zero"))
    assert "运行环境故障（磁盘、文件、锁或外部服务）；程序原文如下：the moon is full" in of_ours
    assert "to do:     wait" in of_ours
    assert of_others.endswith("程序内部错误，请告知维护人员；程序原文如下：division by zero")


def test_a_run_that_ctrl_c_ended_is_called_interrupted() -> None:
    english, chinese = ended_by(KeyboardInterrupt())
    assert english.endswith("ended 'failed': interrupted")
    assert chinese.endswith("以“失败（failed）”结束：运行被中断")


def test_a_run_that_an_error_ended_has_the_words_of_the_error() -> None:
    run = {**interrupted("night"), "outcome": "failed", "message": "the disk is full", "gates": [gate("book")]}
    assert sentences(run, None, ENGLISH) == ["the last run (night) ended 'failed': the disk is full"]
