"""A file that was cut off or damaged on its way is refused as damaged, by its part: none of it is taken for whole."""

import io
import warnings
import zipfile
from collections.abc import Callable
from typing import Final

import polars as pl
import pytest
import xlsxwriter

from flows.forms.readers import read_grids
from schemas.errors import UnreadableDelivery
from tests.xls import make_locked_xlsx, make_xls

SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
BOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


def parts_of() -> dict[str, bytes]:
    """The parts of a workbook of twenty loans."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        sheet = book.add_worksheet("loans")
        for row in range(20):
            sheet.write_row(row, 0, [f"贷款{row}", row])
    with zipfile.ZipFile(written) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return content.getvalue()


def refusal(content: bytes, name: str) -> UnreadableDelivery:
    with pytest.raises(UnreadableDelivery) as refused:
        read_grids(content, name)
    return refused.value


Change = Callable[[bytes], bytes]
DAMAGE: Final[dict[str, tuple[str, Change]]] = {
    "an entity that nothing defines": (SHEET, lambda part: part.replace(b"<v>3</v>", b"<v>&u;3</v>")),
    "one in a text": (STRINGS, lambda part: part.replace("贷款3".encode(), "贷&u;款3".encode())),
    "a sheet that is cut off": (SHEET, lambda part: part[: len(part) // 2]),
    "a sheet cut off between two rows": (SHEET, lambda part: part[: part.index(b'<row r="12"')]),
    "an empty sheet part": (SHEET, lambda _: b""),
    "texts that are cut off": (STRINGS, lambda part: part[: len(part) // 2]),
    "tags that do not match": (SHEET, lambda part: part.replace(b"</row>", b"</rov>", 1)),
    "such tags among the texts": (STRINGS, lambda part: part.replace(b"</si>", b"</sj>", 1)),
    "styles that are cut off": (STYLES, lambda part: part[:300]),
    "a list of sheets that is cut off": (BOOK, lambda part: part[:300]),
    "a sheet without rows and their place": (SHEET, lambda _: b"<worksheet/>"),
    "a list that names no sheet": (BOOK, lambda part: part.replace(b"<sheet ", b"<shot ")),
    "a text of another encoding": (STRINGS, lambda part: part.replace("贷款3".encode(), "贷款3".encode("gb18030"))),
}


@pytest.mark.parametrize(("part", "change"), DAMAGE.values(), ids=DAMAGE)
def test_a_workbook_whose_part_is_not_whole_is_damaged_and_the_part_is_named(part: str, change: Change) -> None:
    parts = parts_of()
    assert change(parts[part]) != parts[part]
    error = refusal(packed({**parts, part: change(parts[part])}), "loans.xlsx")
    assert error.what.startswith(f"the workbook is damaged: {part}")
    assert "save it anew" in error.remedy


@pytest.mark.parametrize("part", [SHEET, STRINGS, STYLES, BOOK, RELATIONS])
def test_a_workbook_without_one_of_its_parts_is_damaged_and_the_part_is_named(part: str) -> None:
    error = refusal(packed({name: data for name, data in parts_of().items() if name != part}), "loans.xlsx")
    assert error.what == f"the workbook is damaged: {part} is missing"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("loans.xlsx", make_locked_xlsx()),
        ("loans.xls", make_xls([["loan_id"], ["L1"]], is_locked=True)),
        ("loans.xls", make_xls([["loan_id"], ["L1"]], is_locked=True, padding=0)),
    ],
)
def test_a_workbook_with_a_password_is_called_encrypted(name: str, content: bytes) -> None:
    error = refusal(content, name)
    assert error.what == "the workbook is encrypted: it opens by a password alone"
    assert error.remedy == "save it without a password and send it again"


def test_a_damaged_workbook_in_an_archive_is_refused_by_itself() -> None:
    parts = parts_of()
    bad, good = packed({**parts, SHEET: parts[SHEET][:-40]}), packed(parts)
    first, second = read_grids(packed({"bad.xlsx": bad, "good.xlsx": good}), "night.zip")
    assert "the workbook is damaged" in str(first.refusal)
    assert len(second.rows) == 20


def test_a_sheet_for_charts_has_no_cells_and_is_not_damage() -> None:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        sheet = book.add_worksheet("loans")
        sheet.write_row(0, 0, ["loan_id", 1])
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=loans!$B$1:$B$1"})
        book.add_chartsheet("chart").set_chart(chart)
    (grid,) = read_grids(written.getvalue(), "loans.xlsx")
    assert grid.sheet == "loans"


LEDGER: Final = "".join(f"L{number},{number * 7919 % 1000}\n" for number in range(5000)).encode()


def parquet() -> bytes:
    content = io.BytesIO()
    pl.DataFrame({"loan_id": [f"L{number}" for number in range(5000)]}).write_parquet(content)
    return content.getvalue()


WHOLE: Final[dict[str, Callable[[], bytes]]] = {
    "loans.xlsx": lambda: packed(parts_of()),
    "loans.xls": lambda: make_xls([["loan_id", "amount"], *[[f"L{row}", float(row)] for row in range(500)]]),
    "loans.parquet": parquet,
    "night.zip": lambda: packed({"ledger.csv": LEDGER}),
}


@pytest.mark.parametrize("kept", [0.3, 0.7, 0.97])
@pytest.mark.parametrize("name", WHOLE)
def test_a_file_that_is_cut_off_is_damaged_and_is_to_be_sent_again(name: str, kept: float) -> None:
    content = WHOLE[name]()
    error = refusal(content[: int(len(content) * kept)], name)
    assert "damaged" in error.what or "cut off" in error.what
    assert "send it again" in error.remedy


def test_a_member_of_an_archive_that_is_damaged_is_named() -> None:
    content = bytearray(packed({"ledger.csv": LEDGER}))
    content[len(content) // 2] ^= 0xFF
    error = refusal(bytes(content), "night.zip")
    assert error.what.startswith("the archive is damaged: ledger.csv")
    assert "send it again" in error.remedy


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_of_no_bytes_is_empty_and_not_damaged(name: str) -> None:
    assert refusal(b"", name).what == "the file is empty: there is nothing in it"


THREE: Final = b"<v>3</v>"
STRING: Final = b't="s"><v>3</v>'
DOUBTS: Final[dict[str, tuple[bytes, bytes]]] = {
    "a digit as a reference": (THREE, b"<v>3&#48;0</v>"),
    "a digit in hexadecimal": (THREE, b"<v>&#x33;</v>"),
    "a sign by its name": (THREE, b"<v>3&amp;0</v>"),
    "a sign by its name before the first": (THREE, b"<v>&lt;3</v>"),
    "a formula with a sign by its name in its value": (THREE, b"<f>A1&amp;B1</f><v>3&gt;</v>"),
    "a text by a digit as a reference": (STRING, b't="s"><v>3&#48;</v>'),
    "a section": (THREE, b"<v>3<![CDATA[0]]>0</v>"),
    "a comment": (THREE, b"<v>3<!-- 7 -->00</v>"),
    "an instruction": (THREE, b"<v>30<?p q?>0</v>"),
    "an element": (THREE, b"<v>3<x>9</x>00</v>"),
    "two values": (THREE, b"<v>3</v><v>4</v>"),
    "a value and a text": (THREE, b"<v>3</v><is><t>5</t></is>"),
    "a text and a value": (THREE, b"<is><t>5</t></is><v>3</v>"),
    "an empty value and another": (THREE, b"<v/><v>4</v>"),
    "a cell twice": (b'<c r="B4">', b'<c r="B4"><v>7</v></c><c r="B4">'),
    "a cell twice in another spelling": (b'<c r="B4">', b'<c  s="0" r = "B4" ><v>7</v></c><c r="B4">'),
    "a row twice": (b'<row r="5"', b'<row r="4"><c r="B4"><v>7</v></c></row><row r="5"'),
    "the rows twice": (b"<sheetData>", b"<sheetData></sheetData><sheetData>"),
}


@pytest.mark.parametrize("doubt", list(DOUBTS))
def test_a_sheet_that_programs_read_differently_is_refused_and_no_reading_chosen(doubt: str) -> None:
    """Loan 3 is in row 4: its name in A4, its number in B4."""
    old, new = DOUBTS[doubt]
    parts = parts_of()
    assert old in parts[SHEET]
    parts[SHEET] = parts[SHEET].replace(old, new, 1)
    error = refusal(packed(parts), "loans.xlsx")
    assert f"the workbook is damaged: {SHEET} " in str(error)
    assert "holds" in str(error) or "names" in str(error)


def merging(ranges: list[str]) -> bytes:
    """The workbook with cells merged."""
    parts = parts_of()
    cells = "".join(f'<mergeCell ref="{one}"/>' for one in ranges)
    parts[SHEET] = parts[SHEET].replace(b"</sheetData>", f"</sheetData><mergeCells>{cells}</mergeCells>".encode())
    return packed(parts)


def test_merged_cells_that_lie_over_each_other_are_damage_however_many_they_are() -> None:
    """Twenty thousand ranges of a whole sheet are 3 KB as a file, and were walked row by row."""
    assert "lie over each other" in str(refusal(merging(["A1:XFD1048576"] * 20_000), "loans.xlsx"))


def test_merged_cells_beyond_the_last_row_are_read() -> None:
    [grid] = read_grids(merging(["A4:A1048576", "B2:B3"]), "loans.xlsx")
    assert grid.merged_from == {(3, 0), (1, 1)}


@pytest.mark.parametrize(
    "second", [SHEET, SHEET.upper(), "xl/Worksheets/Sheet1.xml", SHEET.replace("/", "\\"), STRINGS, BOOK]
)
def test_a_workbook_with_a_part_twice_is_refused(second: str) -> None:
    parts = parts_of()
    same = next(name for name in parts if name.lower() == second.replace("\\", "/").lower())
    content = io.BytesIO(packed(parts))
    with zipfile.ZipFile(content, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile says so itself
        archive.writestr(second, parts[same].replace(b"<v>3</v>", b"<v>888</v>"))
    assert "twice" in str(refusal(content.getvalue(), "loans.xlsx"))


def test_what_programs_do_write_is_read_as_it_was() -> None:
    """A formula before its value, a text with a sign written apart, a value with blanks kept, an empty cell."""
    parts = parts_of()
    sheet = parts[SHEET].replace(b'<c r="B4"><v>3</v>', b'<c r="B4" t="str"><f>A1&amp;B1</f><v>A &amp; B &lt; 3</v>')
    sheet = sheet.replace(b'<c r="B5"><v>4</v>', b'<c r="B5"><f>2*2</f><v>4</v>')
    sheet = sheet.replace(b'<c r="B6"><v>5</v>', b'<c r="B6"><v/>')
    [grid] = read_grids(packed({**parts, SHEET: sheet}), "loans.xlsx")
    assert [row[1] for row in grid.rows[3:6]] == ["A & B < 3", "4", ""]


def test_an_archive_that_takes_more_memory_than_there_is_is_not_called_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("loans.csv", "a,b\n1,2\n")

    def exhausted(*_: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr(zipfile.ZipExtFile, "read", exhausted)
    with pytest.raises(UnreadableDelivery, match="there is not the memory to unpack the archive"):
        read_grids(content.getvalue(), "night.zip")
