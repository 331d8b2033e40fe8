"""A delivered file's bytes -> grids of text, in every form that banks use; what cannot be read is refused whole."""

import datetime as dt
import io
import struct
import subprocess
import sys
import time
import warnings
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
import xlsxwriter

from flows.forms.apart import read_apart
from flows.forms.archive import LARGEST_UNPACKED_BYTES
from flows.forms.frames import MANY_CELLS, MOST_CELLS, most_cells
from flows.forms.readers import read_grids
from schemas.errors import UnreadableDelivery
from tests.forms import make_sheet_of
from tests.xls import make_xls

TEXT = "贷款编号,贷款银行\nL-1,中国银行\nL-2,𠮷野支行\n"
ROWS = [["贷款编号", "贷款银行"], ["L-1", "中国银行"], ["L-2", "𠮷野支行"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_read_in_each_encoding_that_banks_use_four_byte_characters_too(encoding: str) -> None:
    (grid,) = read_grids(TEXT.encode(encoding), "loans.csv")
    assert [[cell.lstrip("\ufeff") for cell in row] for row in grid.rows] == ROWS


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_one_that_parts_the_lines_alike(delimiter: str) -> None:
    (grid,) = read_grids(TEXT.replace(",", delimiter).encode(), "loans.csv")
    assert grid.rows == ROWS
    assert grid.delimiter == delimiter


def test_lines_are_numbered_as_a_person_counts_them_over_quoted_line_breaks() -> None:
    (grid,) = read_grids(b'a,b\n"two\nlines",1\nlast,2\n', "loans.csv")
    assert grid.lines == [1, 2, 4]


def test_a_quote_that_is_never_closed_swallows_no_rows() -> None:
    with pytest.raises(UnreadableDelivery, match="line 3: a quotation mark before it is never closed"):
        read_grids(b'loan_id,lender\nL-1,"ICBC\nL-2,ABC\n', "loans.csv")


@pytest.mark.parametrize(("text", "is_unended"), [("a,b\n1,2\n", False), ("a,b\n1,2", True), ("a,b", False)])
def test_a_last_line_without_its_end_is_noted(text: str, *, is_unended: bool) -> None:
    (grid,) = read_grids(text.encode(), "loans.csv")
    assert grid.is_unended is is_unended


def make_workbook(write: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    write(book)
    book.close()
    return content.getvalue()


def sheet_of(rows: Sequence[Sequence[object]]) -> bytes:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("贷款")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)

    return make_workbook(write)


def test_a_workbook_gives_each_cell_as_a_person_would_type_it() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("贷款")
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["00123", 7, 123456789012.34, True, "1,000"])
        sheet.write_datetime(0, 5, dt.datetime(2025, 6, 30), date)  # noqa: DTZ001 - a spreadsheet knows no zones
        sheet.write_formula(0, 6, "=C1*2", None, 246913578024.68)
        sheet.write_number(0, 7, 0.1 + 0.2)

    (grid,) = read_grids(make_workbook(write), "book.xlsx")
    assert grid.rows == [["00123", "7", "123456789012.34", "true", "1,000", "2025-06-30", "246913578024.68", "0.3"]]


def test_a_merged_cell_is_read_where_it_begins_and_its_range_is_kept() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("贷款")
        sheet.write_row(0, 0, ["loan_id", "x"])
        sheet.merge_range(1, 0, 3, 0, "L-1")
        sheet.write_column(1, 1, [1, 2, 3])

    (grid,) = read_grids(make_workbook(write), "book.xlsx")
    assert grid.rows[1:] == [["L-1", "1"], ["", "2"], ["", "3"]]
    assert grid.merged == [(1, 0, 3, 0)]


def test_hidden_rows_are_rows_and_hidden_sheets_are_marked() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet, hidden = book.add_worksheet("贷款"), book.add_worksheet("lists")
        sheet.write_column(0, 0, ["loan_id", "L-1", "L-2"])
        sheet.set_row(1, None, None, {"hidden": True})
        hidden.write(0, 0, "x")
        hidden.hide()

    shown, hidden = read_grids(make_workbook(write), "book.xlsx")
    assert [row[0] for row in shown.rows] == ["loan_id", "L-1", "L-2"]
    assert (shown.is_hidden, hidden.is_hidden) == (False, True)


def test_parquet_keeps_money_dates_and_moments_exact() -> None:
    frame = pl.DataFrame(
        {
            "amount": ["1234567890123.45"],
            "day": [dt.date(2025, 6, 30)],
            "at": [dt.datetime(2025, 6, 30, 9, tzinfo=dt.UTC)],
        }
    ).with_columns(pl.col("amount").cast(pl.Decimal(38, 2)))
    content = io.BytesIO()
    frame.write_parquet(content)
    (grid,) = read_grids(content.getvalue(), "ledger.parquet")
    assert grid.rows[1] == ["1234567890123.45", "2025-06-30", "2025-06-30T09:00:00.000000+00:00"]


def zipped(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content.getvalue()


def test_a_zip_gives_every_member_by_its_base_name_and_writes_nothing_to_disk() -> None:
    content = zipped(**{"../../etc/loans.csv": b"loan_id\nL-1\n", "a\\..\\ledger.csv": b"entry_id\nE-1\n"})
    assert [grid.name for grid in read_grids(content, "night.zip")] == ["loans.csv", "ledger.csv"]


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["east/ledger.csv", "west/ledger.csv", "east/loans.csv"], ["east/ledger.csv", "west/ledger.csv", "loans.csv"]),
        (["ledger.csv", "east\\ledger.csv"], ["ledger.csv", "east/ledger.csv"]),
        (["/../ledger.csv", "../a/../ledger.csv", "./b/ledger.csv"], ["ledger.csv", "a/ledger.csv", "b/ledger.csv"]),
        (["ledger.csv", "../ledger.csv", "member 2/ledger.csv"],
         ["ledger.csv", "member 2/ledger.csv", "member 3/member 2/ledger.csv"]),
        (["east/ledger.csv", "west/.ledger.csv", "west/ledger.csv/"], ["ledger.csv"]),
    ],
)  # fmt: skip
def test_members_that_share_a_base_name_are_named_by_their_path_so_that_no_two_are_one(
    paths: list[str], names: list[str]
) -> None:
    content = zipped(**dict.fromkeys(paths, b"entry_id\nE-1\n"))
    assert [grid.name for grid in read_grids(content, "night.zip")] == names


def listed_twice(content: bytes) -> bytes:
    """The archive of one member, whose directory has that member's entry twice."""
    directory, end = content.index(b"PK\1\2"), content.rindex(b"PK\5\6")
    entry = content[directory:end]
    counts = struct.pack("<HHI", 2, 2, 2 * len(entry))
    return content[:directory] + entry * 2 + content[end : end + 8] + counts + content[end + 16 :]


def added(content: bytes, path: str) -> bytes:
    written = io.BytesIO(content)
    with zipfile.ZipFile(written, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile says so itself
        archive.writestr(path, b"entry_id\nE-2\n")
    return written.getvalue()


def test_an_archive_that_lists_a_member_twice_is_refused_and_neither_chosen() -> None:
    """One program unpacks the first, another the last; one member listed twice would count twice."""
    once = zipped(**{"east/ledger.csv": b"entry_id\nE-1\n"})
    paths = ("east/ledger.csv", "east\\ledger.csv", "./east//ledger.csv")
    for content in (listed_twice(once), *(added(once, path) for path in paths)):
        with pytest.raises(UnreadableDelivery, match=r"lists east/ledger.csv twice[\s\S]*pack the files anew"):
            read_grids(content, "night.zip")
    assert len(read_grids(added(added(once, "East/ledger.csv"), "east/.ledger.csv"), "night.zip")) == 2


def test_member_names_of_a_chinese_windows_are_read() -> None:
    class Gbk(zipfile.ZipInfo):
        def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - the library's own hook
            return "上报/贷款台账.csv".encode("gbk"), 0

    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(Gbk("any.csv"), b"entry_id\nE-1\n")
    (grid,) = read_grids(content.getvalue(), "night.zip")
    assert grid.name == "贷款台账.csv"


def test_a_member_that_cannot_be_read_is_refused_by_itself() -> None:
    content = zipped(**{"loans.csv": b"loan_id\nL-1\n", "读我.pdf": b"%PDF", "ledger.xlsx": b"no workbook"})
    loans, page, ledger = read_grids(content, "night.zip")
    assert (loans.rows, loans.refusal) == ([["loan_id"], ["L-1"]], None)
    assert "'.pdf' is not a form that can be read" in str(page.refusal)
    assert "not a readable workbook" in str(ledger.refusal)


def test_an_archive_within_an_archive_is_refused_as_one_and_the_tables_beside_it_are_read() -> None:
    inner = zipped(**{"loans.csv": b"loan_id\nL-1\n"})
    within, ledger = read_grids(zipped(**{"一月.ZIP": inner, "ledger.csv": b"entry_id\nE-1\n"}), "night.zip")
    assert str(within.refusal).startswith("an archive within an archive is not opened")
    assert "send the inner one by itself" in str(within.refusal)
    assert (ledger.rows, ledger.refusal) == ([["entry_id"], ["E-1"]], None)


def test_an_archive_that_unpacks_to_more_than_the_limit_is_refused_while_it_is_unpacked() -> None:
    bomb = zipped(**{"loans.csv": b"0" * (LARGEST_UNPACKED_BYTES + 1)})
    assert len(bomb) < 1_000_000
    with pytest.raises(UnreadableDelivery, match="unpacked"):
        read_grids(bomb, "night.zip")


def test_a_workbook_that_unpacks_to_more_than_the_limit_is_refused_before_it_is_parsed() -> None:
    bomb = zipped(**{"xl/workbook.xml": b" " * (LARGEST_UNPACKED_BYTES + 1)})
    with pytest.raises(UnreadableDelivery, match="unpacked"):
        read_grids(bomb, "loans.xlsx")


def test_a_sheet_with_one_cell_in_its_last_corner_is_refused_for_its_size() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("贷款")
        sheet.write(0, 0, "loan_id")
        sheet.write(1_048_575, 16_383, "x")

    with pytest.raises(UnreadableDelivery, match="rows x"):
        read_grids(make_workbook(write), "loans.xlsx")


FAR: Final = {
    "a remark in A1048576": (1_048_575, 0, "1,048,576 rows x 2 columns, whose cells hold 7 values"),
    "a blank in XFD1000": (999, 16_383, "1,000 rows x 16,384 columns, whose cells hold 7 values"),
}


@pytest.mark.parametrize("where", FAR)
def test_a_cell_far_beyond_its_table_is_named_as_such_and_takes_no_time(where: str) -> None:
    row, column, reason = FAR[where]
    started = time.monotonic()
    with pytest.raises(UnreadableDelivery, match=reason):
        read_grids(make_sheet_of(ROWS, change=lambda _, page: page.write(row, column, "注：完")), "loans.xlsx")
    assert time.monotonic() - started < 30


def test_a_cell_far_beyond_the_table_of_an_xls_is_named_as_such() -> None:
    rows = [*ROWS, [None] * 255 + ["注"], *[[]] * 65_531, ["注：完"]]
    with pytest.raises(UnreadableDelivery, match="65,536 rows x 256 columns, whose cells hold 8 values"):
        read_grids(make_xls(rows), "loans.xls")


def test_an_empty_cell_far_beyond_its_table_is_not_part_of_it() -> None:
    def colour(book: xlsxwriter.Workbook, page: Any) -> None:
        page.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))

    (grid,) = read_grids(make_sheet_of(ROWS, change=colour), "loans.xlsx")
    assert grid.rows == ROWS


def test_a_remark_that_lies_a_little_below_the_table_is_read() -> None:
    (grid,) = read_grids(make_sheet_of(ROWS, change=lambda _, page: page.write(999, 0, "注：完")), "loans.xlsx")
    assert (grid.rows[:3], grid.rows[999]) == (ROWS, ["注：完", ""])


@pytest.mark.parametrize("program", ["sheets", "styles", "records", "unread"])
def test_the_programs_of_workbooks_load_no_library_that_is_slow_to_start(program: str) -> None:
    """What they share lies in this package, which is loaded with them at every file."""
    loaded = f"import sys, flows.forms.workbooks.{program}; print({{'polars', 'pandera', 'duckdb'}} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-I", "-c", loaded], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "set()"


def test_a_parser_without_memory_writes_no_backtrace_for_which_it_would_wait_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUST_BACKTRACE", "full")
    (tmp_path / "parser.py").write_text("import os; print(os.environ['RUST_BACKTRACE'])", encoding="utf-8")
    assert read_apart(tmp_path / "parser.py", b"", 512 << 20) == b"0\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("loans.csv", b"loan_id\n\xff\xfe\xfa\x80\x81"),
        ("loans.csv", b"loan_id\n" + b"x" * 200_000),
        ("loans.xlsx", b"PK\x03\x04 no workbook"),
        ("loans.xlsx", b"no workbook at all"),
        ("loans.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut short"),
        ("loans.parquet", b"PAR1 cut short"),
        ("night.zip", b"PK\x03\x04 cut short"),
        ("loans.pdf", b"%PDF"),
        ("loans", b"a,b"),
    ],
)
def test_what_cannot_be_read_is_refused_with_four_sentences(name: str, content: bytes) -> None:
    with pytest.raises(UnreadableDelivery) as refusal:
        read_grids(content, name)
    assert all([refusal.value.what, refusal.value.where, refusal.value.available, refusal.value.remedy])


def test_a_truncated_workbook_is_refused() -> None:
    content = sheet_of([["loan_id"], *[[f"L-{number}"] for number in range(500)]])
    for length in range(100, len(content), 997):
        with pytest.raises(UnreadableDelivery):
            read_grids(content[:length], "loans.xlsx")


def with_sheet(xml: bytes) -> bytes:
    """A workbook whose one sheet holds these rows as written."""
    namespace = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with zipfile.ZipFile(io.BytesIO(sheet_of([["loan_id"]]))) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    members["xl/worksheets/sheet1.xml"] = b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (
        namespace,
        xml,
    )
    return zipped(**members)


FIRST = b'<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    "last",
    [
        b'<row r="1048576"><c r="XFD1"><v>1</v></c><c r="XFD1048576"><f>1</f></c></row>',
        b'<row r="1048576"><c r="xfd1048576"><v>1</v></c></row>',
        b'<row r="1048576"><c r = "XFD1048576"><v>1</v></c></row>',
        b'<row r="1048576">' + b"<c><v>1</v></c>" * 16_384 + b"</row>",
    ],
    ids=["another row's", "small letters", "blanks", "without references"],
)
def test_a_lone_last_corner_is_refused_however_it_is_written(last: bytes) -> None:
    with pytest.raises(UnreadableDelivery, match="1,048,576 rows x 16,384 columns"):
        read_grids(with_sheet(FIRST + last), "loans.xlsx")


def test_a_sheet_of_thirty_thousand_unclosed_cells_is_damaged_and_takes_no_time() -> None:
    started = time.process_time()
    with pytest.raises(UnreadableDelivery, match=r"sheet1\.xml is not whole XML"):
        read_grids(with_sheet(b"<c " * 30_000), "loans.xlsx")
    assert time.process_time() - started < 1


def test_damage_inside_a_packed_member_is_refused() -> None:
    content = bytearray(zipped(**{"loans.csv": b"".join(b"%d,x\n" % number for number in range(5000))}))
    content[60:120] = bytes(60)
    with pytest.raises(UnreadableDelivery, match="damaged"):
        read_grids(bytes(content), "night.zip")


def test_an_archive_with_a_member_without_a_name_is_refused_for_that() -> None:
    content = zipped(**{"loans.csv": b"loan_id\nL-1\n", "?.csv": b"entry_id\nE-1\n"})
    with pytest.raises(UnreadableDelivery, match="a member without a name"):
        read_grids(content.replace(b"?.csv", b"\0.csv"), "night.zip")


FOUR_VALUES, MINUS_64_VALUES = b",\x15\x08\x15\x10", b",\x15\x7f\x15\x10"
"""How a page of four values begins, and one of -64: zigzag(4) = 8, zigzag(-64) = 127."""


def test_a_parquet_whose_page_ends_its_parser_is_refused_and_the_night_goes_on() -> None:
    content = io.BytesIO()
    pl.DataFrame({"loan_id": ["L-1", None, "L-3", "L-4"]}).write_parquet(content, compression="uncompressed")
    assert content.getvalue().count(FOUR_VALUES) == 1
    (grid,) = read_grids(content.getvalue(), "loans.parquet")
    assert grid.rows == [["loan_id"], ["L-1"], [""], ["L-3"], ["L-4"]]
    with pytest.raises(UnreadableDelivery, match="parser gave up"):
        read_grids(content.getvalue().replace(FOUR_VALUES, MINUS_64_VALUES), "loans.parquet")


def test_a_parquet_that_promises_too_many_rows_is_refused_before_they_are_laid_out() -> None:
    content = io.BytesIO()
    pl.select(loan_id=pl.repeat(None, MOST_CELLS + 1, dtype=pl.Boolean)).write_parquet(content)
    with pytest.raises(UnreadableDelivery, match="rows x 1 columns"):
        read_grids(content.getvalue(), "loans.parquet")


def test_a_parquet_of_few_bytes_holds_no_more_than_a_million_cells() -> None:
    content = io.BytesIO()
    pl.select(loan_id=pl.repeat("L1", MANY_CELLS + 1), amount=pl.repeat("1", MANY_CELLS + 1)).write_parquet(content)
    assert len(content.getvalue()) < 20_000
    with pytest.raises(UnreadableDelivery, match="1,000,001 rows x 2 columns") as refusal:
        read_grids(content.getvalue(), "loans.parquet")
    assert "at most 1," in str(refusal.value)
    assert most_cells(1_000_000 * 8 // 20) == MOST_CELLS  # a million regular ledger rows of eight cells


def test_a_parquet_whose_one_word_is_in_every_row_is_refused_before_it_is_laid_out() -> None:
    content = io.BytesIO()
    words = pl.DataFrame({"loan_id": ["x" * 90_000]}, schema={"loan_id": pl.Categorical})
    words.select(pl.col("loan_id").repeat_by(20_000).explode()).write_parquet(content)
    assert len(content.getvalue()) < 100_000
    with pytest.raises(UnreadableDelivery, match="together"):
        read_grids(content.getvalue(), "loans.parquet")


def test_a_parquet_with_lists_or_records_is_refused() -> None:
    content = io.BytesIO()
    pl.DataFrame({"loan_id": [{"part": 1}], "amount": [[1]]}).write_parquet(content)
    with pytest.raises(UnreadableDelivery, match="loan_id, amount holds lists or records"):
        read_grids(content.getvalue(), "loans.parquet")
