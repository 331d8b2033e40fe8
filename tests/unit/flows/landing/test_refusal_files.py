"""Refused rows go back to their sender, in its own headers and encoding, and come back corrected as a delivery."""

import csv
import hashlib
import io
import os
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.home.file_names import is_safe
from flows.home.settings import Home, home
from flows.landing.refusal_files import beside, in_outbox, is_own, write_refusals
from schemas.runs import DeliveryRecord, RejectedRow
from tests.forms import LOAN_HEADER, make_loan_row, make_sheet_of
from tests.makers import KNOWN_AT, LANDED_AT, reference
from tests.properties.fuzz import land_bytes
from transforms.deliveries.book.book import assemble
from transforms.deliveries.rows.assembly import Landed
from transforms.deliveries.rows.unanswered import unanswered

HEADER = "贷款编号,项目编号,贷款机构,币种,合同金额（万元）,签订日期,到期日期,年利率,贷款类型,被再融资贷款编号"
LOAN = "001,P1,农业银行𠮷野支行,CNY,100,2025-01-01,2035-01-01,3,new,"


AMOUNT = LOAN_HEADER.index("合同金额")


@pytest.fixture
def place(tmp_path: Path) -> Home:
    (tmp_path / "inbox").mkdir()
    return home(tmp_path, tmp_path / "inbox")


def lines(*rows: str) -> str:
    return "".join(f"{row}\r\n" for row in (HEADER, *rows))


def deliver(place: Home, content: bytes, name: str = "loans.csv", *, number: int = 1) -> list[Landed]:
    """Put a file into the sender's folder and land it."""
    path = place.inbox / "sender" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return land_bytes(name, content, place.landing, number)


def send_back(place: Home, landed: list[Landed]) -> list[Path]:
    book = assemble(landed, reference(), KNOWN_AT)
    return write_refusals(place, book.rejected, book.deliveries, "beside").written


SHARED_BY_TWO = "contract_amount 900 is written once, in the merged cell E2:E3, for 2 rows"


def test_what_a_workbook_shows_of_a_cell_goes_back_as_the_reason_with_the_cell_named(place: Home) -> None:
    """Each row has the one reason of its cell; the missing project is named for the last row, which is whole."""

    def change(book: Any, page: Any) -> None:
        page.merge_range(1, AMOUNT, 2, AMOUNT, 900)
        page.write(3, AMOUNT, "#DIV/0!")
        page.write_number(4, 0, 622848001234567890)
        page.write_number(5, AMOUNT, 500, book.add_format({"num_format": '0.00"万元"'}))

    rows = [make_loan_row(贷款编号=f"L{number}", 合同金额=None if number == 2 else 500) for number in range(1, 7)]
    (landed,) = deliver(place, make_sheet_of([LOAN_HEADER, *rows], change=change), "loans.xlsx")
    (path,) = outbox_of(place, [landed])
    header, *sent = cells(path, "utf-8-sig")
    assert header == [*LOAN_HEADER, "拒收原因", "refused_because"]
    assert [(row[AMOUNT], row[-1].partition(";")[0]) for row in sent] == [
        ("900", SHARED_BY_TWO),
        ("", SHARED_BY_TWO),
        ("#DIV/0!", "contract_amount is #DIV/0!, an error of the spreadsheet"),
        ("500", f"loan_id {sent[3][0]} is a number of more than 15 digits, of which a spreadsheet keeps 15"),
        ("500", 'contract_amount is shown by the number format 0.00"万元", so that its unit is in doubt'),
        ("500", "project_id 'P1' is in no accepted row of projects (0 known)"),
    ]
    assert all(row[-1].count(";") == 1 for row in sent)


def outbox_of(place: Home, landed: list[Landed]) -> list[Path]:
    book = assemble(landed, reference(), KNOWN_AT)
    return write_refusals(place, book.rejected, book.deliveries).written


def cells(path: Path, encoding: str = "utf-8") -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode(encoding))))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_refused_rows_go_back_in_the_senders_encoding_and_come_back_cell_for_cell(place: Home, encoding: str) -> None:
    (landed,) = deliver(place, lines(LOAN, LOAN.replace("001", "002")).encode(encoding))
    (path,) = send_back(place, [landed])  # no project P1 is known
    assert path.name == "loans.refused.csv"
    (again,) = land_bytes(path.name, path.read_bytes(), place.landing, 2)
    assert landed.raw is not None
    assert again.raw is not None
    assert again.table == "loans"
    assert again.raw.cells.drop("拒收原因", "refused_because").equals(landed.raw.cells)
    bare = {"utf-16-le": "utf-16", "utf-16-be": "utf-16"}
    assert again.encoding == bare.get(encoding, encoding)


@pytest.mark.parametrize(("lender", "mark"), [("ICBC Shangrao", b"\xef\xbb\xbf"), ("工商银行上饶分行", b"")])
def test_rows_in_plain_letters_go_back_with_the_mark_of_their_chinese_reasons(
    place: Home, lender: str, mark: bytes
) -> None:
    header = "loan_id,project_id,lender,currency,contract_amount,sign_date,maturity_date,annual_rate_pct,loan_type"
    row = f"001,P1,{lender},CNY,100.00,2025-01-01,2035-01-01,3,new"
    (path,) = send_back(place, deliver(place, f"{header},refinances_loan_id\n{row},\n".encode()))
    assert path.read_bytes().startswith(mark + b"loan_id,")
    assert cells(path, "utf-8-sig")[1][:3] == ["001", "P1", lender]


def test_each_refused_row_says_why_in_two_last_columns(place: Home) -> None:
    (path,) = send_back(place, deliver(place, lines(LOAN).encode()))
    header, row = cells(path)
    assert (header[-2:], row[:2]) == (["拒收原因", "refused_because"], ["001", "P1"])
    assert row[-2] == "项目“P1”不在已通过的项目表中：请先报送该项目；已报送的，请查看其拒收原因"
    assert "P1" in row[-1]
    assert "is in no accepted row of projects" in row[-1]


def test_a_formula_goes_back_inert_and_stays_refused(place: Home) -> None:
    formula = "=cmd|' /C calc'!A0"
    (landed,) = deliver(place, lines(LOAN.replace("农业银行𠮷野支行", f'"{formula}"')).encode())
    (path,) = send_back(place, [landed])
    assert cells(path)[1][2] == f"'{formula}"
    (again,) = land_bytes(path.name, path.read_bytes(), place.landing, 2)
    assert assemble([again], reference(), KNOWN_AT).rejected["rule"].to_list() == ["formula_without_value"]


@pytest.mark.parametrize("cell", ["+86 138", "-2+3", "@SUM(A1)", "＝1+1", "－５", "-inf", "-1_000"])
def test_a_cell_like_a_formula_goes_back_inert_and_comes_back_as_it_was(place: Home, cell: str) -> None:
    (landed,) = deliver(place, lines(LOAN.replace("农业银行𠮷野支行", f'"{cell}"')).encode())
    (path,) = send_back(place, [landed])
    assert cells(path)[1][2] == f"'{cell}"
    (again,) = land_bytes(path.name, path.read_bytes(), place.landing, 2)
    project, *_ = land_bytes("projects.csv", PROJECT.encode(), place.landing, 3)
    book = assemble([project, again], reference(), KNOWN_AT)
    assert book.tables["loans"]["lender"].to_list() == [cell]


PROJECT = (
    "project_id,project_name,method,province_or_country,commissioning_date,total_investment,investment_currency,"
    "capacity,capacity_unit,design_annual_value,design_unit,reported_annual_reduction_tco2\n"
    "P1,光伏,reported,江西,2020-01-01,1000,CNY,,,,,365\n"
)


@pytest.mark.parametrize("blank", ["\t", " ", "\r\n"])
def test_blanks_before_a_formula_do_not_hide_it(place: Home, blank: str) -> None:
    (path,) = send_back(place, deliver(place, lines(LOAN.replace("001", f'"{blank}=A1"')).encode()))
    assert cells(path)[1][0] == "'=A1"


@pytest.mark.parametrize("number", ["-5.00", "-1,234.50", "+3"])
def test_a_signed_number_is_not_a_formula(place: Home, number: str) -> None:
    (path,) = send_back(place, deliver(place, lines(LOAN.replace(",100,", f',"{number}",')).encode()))
    assert cells(path)[1][4] == number


def test_a_header_like_a_formula_goes_back_inert_too(place: Home) -> None:
    rows = [f"{row},{more}" for row, more in zip((HEADER, LOAN), ("=A1", "x"), strict=True)]
    (path,) = send_back(place, deliver(place, "\n".join(rows).encode()))
    assert cells(path)[0][-3] == "'=A1"


RAGGED = "该行列数与表头不一致，单元格中可能含有分隔符或换行：请核对该行后重报"


def test_ragged_rows_alone_go_back_under_the_senders_header_and_stay_ragged_until_corrected(place: Home) -> None:
    (landed,) = deliver(place, lines(f"{LOAN},surplus", "002,P1").encode())
    (path,) = send_back(place, [landed])
    header, long, short = cells(path)
    assert header == [*HEADER.split(","), "拒收原因", "refused_because"]
    assert long == [*LOAN.split(","), "surplus", RAGGED, "11 fields under 10 headers"]
    assert short == ["002", "P1", RAGGED, "2 fields under 10 headers"]
    (again,) = land_bytes(path.name, path.read_bytes(), place.landing, 2)
    assert again.raw is not None
    assert (again.raw.cells.height, again.raw.misshapen.height) == (0, 2)


def test_what_we_wrote_is_known_as_ours_until_the_sender_has_changed_it(place: Home) -> None:
    (path,) = send_back(place, deliver(place, lines(LOAN).encode()))
    assert is_own(path, place.landing)
    path.write_bytes(path.read_bytes().replace(b"P1", b"P2"))
    assert not is_own(path, place.landing)


def test_the_list_disappears_once_the_delivery_has_no_refused_rows(place: Home) -> None:
    first = deliver(place, lines(LOAN).encode())
    (path,) = send_back(place, first)
    assert send_back(place, [*first, *deliver(place, lines().encode(), number=2)]) == []
    assert not path.exists()


def test_a_list_that_the_sender_is_correcting_is_not_written_over(place: Home) -> None:
    landed = deliver(place, lines(LOAN).encode())
    (path,) = send_back(place, landed)
    path.write_bytes(b"half corrected")
    assert send_back(place, landed) == []
    assert path.read_bytes() == b"half corrected"


def test_a_list_that_came_back_is_answered_and_not_sent_again(place: Home) -> None:
    landed = deliver(place, lines(LOAN).encode())
    (path,) = send_back(place, landed)
    returned = deliver(place, lines(LOAN.replace("P1", "P2")).encode(), path.name, number=2)
    path.unlink()
    assert send_back(place, [*landed, *returned]) == []
    assert not path.exists()


def test_the_refusals_of_a_sheet_and_of_a_zip_member_announce_their_table_when_they_come_back(place: Home) -> None:
    (place.inbox / "s").mkdir()
    for name in ("night.xlsx", "night.zip"):
        (place.inbox / "s" / name).touch()
    assert beside(place.inbox, "s/night.xlsx#贷款", "loans") == place.inbox / "s/loans.night.贷款.refused.csv"
    assert beside(place.inbox, "s/night.zip/借据_1.csv", "loans") == place.inbox / "s/loans.night.借据_1.refused.csv"


@pytest.mark.parametrize(
    "inner", ["#../../etc/passwd", f"#{'x' * 5000}", "/..\\..\\x.csv", "#a\x00b", f"/{'长' * 300}.csv"]
)
def test_no_name_of_a_sheet_or_member_leads_out_of_the_folder_or_breaks_the_disk(place: Home, inner: str) -> None:
    (place.inbox / "night.zip").touch()
    path = beside(place.inbox, f"night.zip{inner}", "loans")
    assert path is not None
    assert path.parent == place.inbox
    path.touch()


def branches(**loans: str) -> bytes:
    """An archive with a loans.csv of each branch."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for branch, loan in loans.items():
            archive.writestr(f"{branch}/loans.csv", lines(loan))
    return content.getvalue()


@pytest.mark.parametrize("where", ["beside", "outbox"])
def test_members_of_one_file_name_have_a_list_each_which_is_answered_by_itself(place: Home, where: str) -> None:
    """A corrected list is received as its own file, and the other branch's waits on."""
    content = branches(east=LOAN, west=LOAN.replace("001", "002"))
    landed = deliver(place, content, "branches.zip")
    book = assemble(landed, reference(), KNOWN_AT)
    assert book.rejected["source_file"].to_list() == [
        f"sender/branches.zip/{branch}/loans.csv" for branch in ("east", "west")
    ]
    east, west = write_refusals(place, book.rejected, book.deliveries, where).written
    assert [path.name for path in (east, west)] == [
        f"loans.branches.{branch}.loans.refused.csv" for branch in ("east", "west")
    ]
    assert [cells(path)[1][0] for path in (east, west)] == ["001", "002"]
    returned = land_bytes(east.name, lines(LOAN.replace("农业", "工商")).encode(), place.landing, 2)
    book = assemble([*landed, *returned], reference(), KNOWN_AT)
    waiting = unanswered(book.rejected, book.deliveries, book.tables, reference().aliases)
    assert sorted(waiting["source_file"]) == ["sender/branches.zip/west/loans.csv", f"sender/{east.name}"]
    assert west in write_refusals(place, book.rejected, book.deliveries, where).written
    assert not east.exists()


def test_the_list_of_a_member_in_deep_folders_fits_every_disk(place: Home) -> None:
    (place.inbox / "night.zip").touch()
    deep = [f"night.zip/{'/'.join(['长' * 30] * 40)}/{branch}/loans.csv" for branch in ("east", "west")]
    lists = [in_outbox(place.outbox, "", name, "ecological_values") for name in deep]
    assert len({path.name for path in lists}) == 2
    cut = [beside(place.inbox, name, "ecological_values") for name in deep]
    assert max(len(path.name.encode()) for path in [*lists, *filter(None, cut)]) < 245


def test_a_list_has_a_name_that_every_disk_keeps(place: Home) -> None:
    """Windows opens a device in place of con or nul.txt, and drops a point at the end."""
    path = in_outbox(place.outbox, "con/bank.", "con/bank./aux.csv", "loans")
    assert all(is_safe(part) for part in path.relative_to(place.outbox).parts)
    plain = in_outbox(place.outbox, "Bank A/2025.06", "Bank A/2025.06/loans.csv", "loans")
    assert plain == place.outbox / "Bank A" / "2025.06" / "loans.refused.csv"


def test_a_list_of_any_size_is_not_a_list_of_ours_and_is_not_read(place: Home, tmp_path: Path) -> None:
    path = tmp_path / "loans.refused.csv"
    path.touch()
    os.truncate(path, 1 << 43)  # sparse
    assert not is_own(path, place.landing)


def test_nothing_is_written_for_what_did_not_come_through_the_inbox(place: Home) -> None:
    origin: dict[str, Any] = {"delivery_id": "d1", "source_file": "core/ledger.csv", "encoding": "utf-8"}
    delivery = {**origin, "sender_folder": "core", "delivered_table": "ledger", "received_at": LANDED_AT}
    refusal = {**origin, "table": "ledger", "source_row": 2, "rule": "x", "reason": "x", "row_text": '{"a": "1"}'}
    schema = DeliveryRecord.polars_schema()
    rejected = pl.DataFrame([{k: v for k, v in refusal.items() if k != "encoding"}], schema=RejectedRow.polars_schema())
    assert write_refusals(place, rejected, pl.DataFrame([delivery], schema=schema), "beside") == ([], [])
    assert list(place.inbox.rglob("*")) == []


def test_a_name_too_long_for_its_list_keeps_no_night_back_and_is_listed(place: Home) -> None:
    book = assemble(deliver(place, lines(LOAN).encode(), f"loans_{'x' * 244}.csv"), reference(), KNOWN_AT)
    written, (fault,) = write_refusals(place, book.rejected, book.deliveries, "beside")
    assert written == []
    assert fault.reason.startswith("the list of refused rows cannot be written: File name too long")


def test_a_place_that_takes_no_list_keeps_no_night_back_and_is_listed_once(place: Home) -> None:
    landed = deliver(place, lines(LOAN).encode())
    (place.outbox / "sender" / "loans.refused.csv").mkdir(parents=True)
    book = assemble(landed, reference(), KNOWN_AT)
    written, (fault,) = write_refusals(place, book.rejected, book.deliveries)
    assert written == []
    assert fault.path == "data/outbox/sender/loans.refused.csv"
    assert fault.reason.startswith("the list of refused rows cannot be written: Is a directory")


def test_the_list_of_a_sheet_with_long_chinese_names_fits_every_disk(place: Home) -> None:
    path = in_outbox(place.outbox, "bank", f"bank/{'长' * 80}.zip/{'宽' * 80}.xlsx#{'高' * 31}", "ecological_values")
    assert len(path.name.encode()) < 245


def test_two_files_that_would_share_a_list_have_one_each(place: Home) -> None:
    first = deliver(place, lines(LOAN).encode(), "loans.csv")
    second = deliver(place, lines(LOAN.replace("001", "002")).encode(), "loans.txt", number=2)
    written = send_back(place, [*first, *second])
    assert sorted(cells(path)[1][0] for path in written) == ["001", "002"]
    plain, digested = sorted((path.name for path in written), key=len)
    assert (plain, digested[:6], digested[-12:]) == ("loans.refused.csv", "loans-", ".refused.csv")


def test_by_default_the_lists_lie_in_the_senders_outbox_and_the_inbox_may_be_read_only(place: Home) -> None:
    landed = deliver(place, lines(LOAN).encode())
    (place.inbox / "sender").chmod(0o500)
    (path,) = outbox_of(place, landed)
    assert path == place.outbox / "sender" / "loans.refused.csv"
    assert [file.name for file in (place.inbox / "sender").iterdir()] == ["loans.csv"]
    assert cells(path)[1][:2] == ["001", "P1"]


def test_a_list_in_the_outbox_goes_once_its_rows_came_back(place: Home) -> None:
    landed = deliver(place, lines(LOAN).encode())
    (path,) = outbox_of(place, landed)
    returned = deliver(place, lines(LOAN.replace("P1", "P2")).encode(), path.name, number=2)
    (again,) = outbox_of(place, [*landed, *returned])  # P2 is unknown as well: the list that came back has its own
    assert again.name == "loans.refused.refused.csv"
    assert not path.exists()


@pytest.mark.parametrize("names", [("a:b.csv", "a*b.csv"), (f"{'x' * 90}1.csv", f"{'x' * 90}2.csv")])
def test_two_deliveries_never_share_a_list(place: Home, names: tuple[str, str]) -> None:
    one, other = (in_outbox(place.outbox, "bank", f"bank/{name}", "loans") for name in names)
    assert one.name != other.name
    assert max(len(one.name.encode()), len(other.name.encode())) < 255


def test_no_list_is_written_through_a_link(place: Home, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    landed = deliver(place, lines(LOAN).encode())
    (place.outbox / "sender").mkdir(parents=True)
    hidden = hashlib.sha256(b"loans.refused.csv").hexdigest()[:16]
    (place.outbox / "sender" / f".{hidden}.partial").symlink_to(secret)
    (path,) = outbox_of(place, landed)
    assert secret.read_text() == "secret"
    assert not path.is_symlink()


def test_a_list_that_cannot_be_read_is_not_known_as_ours_and_stops_nobody(place: Home) -> None:
    gone = place.inbox / "loans.refused.csv"
    assert not is_own(gone, place.landing)
    gone.mkdir()
    assert not is_own(gone, place.landing)


def test_no_list_is_written_through_a_linked_folder_and_the_link_is_named(place: Home, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    place.outbox.mkdir(parents=True)
    (place.outbox / "sender").symlink_to(victim, target_is_directory=True)
    book = assemble(deliver(place, lines(LOAN).encode()), reference(), KNOWN_AT)
    lists = write_refusals(place, book.rejected, book.deliveries)
    assert (lists.written, list(victim.iterdir())) == ([], [])
    assert [one.reason for one in lists.unwritten] == ["its folder is a link: remove it"]


def test_a_list_behind_a_linked_folder_was_changed_by_nobody(place: Home, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "loans.refused.csv").write_text("keep", encoding="utf-8")
    place.outbox.mkdir(parents=True)
    (place.outbox / "sender").symlink_to(victim, target_is_directory=True)
    book = assemble(deliver(place, lines(LOAN).encode()), reference(), KNOWN_AT)
    lists = write_refusals(place, book.rejected, book.deliveries)
    assert [one.reason for one in lists.unwritten] == ["its folder is a link: remove it"]


def test_a_link_where_a_list_belongs_is_named_and_left(place: Home, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("keep", encoding="utf-8")
    (place.outbox / "sender").mkdir(parents=True)
    (place.outbox / "sender" / "loans.refused.csv").symlink_to(precious)
    book = assemble(deliver(place, lines(LOAN).encode()), reference(), KNOWN_AT)
    lists = write_refusals(place, book.rejected, book.deliveries)
    assert [one.reason for one in lists.unwritten] == ["a link lies where a list of refused rows belongs: remove it"]
    assert precious.read_text(encoding="utf-8") == "keep"


def test_a_list_corrected_in_the_outbox_is_named_with_where_it_is_read(place: Home) -> None:
    book = assemble(deliver(place, lines(LOAN).encode()), reference(), KNOWN_AT)
    (written,) = write_refusals(place, book.rejected, book.deliveries).written
    written.write_text(written.read_text(encoding="utf-8-sig") + "\n", encoding="utf-8")
    (fault,) = write_refusals(place, book.rejected, book.deliveries).unwritten
    assert "it is read from the inbox alone" in fault.reason
