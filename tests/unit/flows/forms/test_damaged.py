"""A file that was cut off or damaged on its way is refused as damaged, by its part: none of it is taken for whole."""

import io
import zipfile
from collections.abc import Callable
from typing import Final

import polars as pl
import pytest
import xlsxwriter

from flows.forms import read_grids
from schemas.errors import UnreadableDelivery
from tests.xls import make_xls

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
    "a text of another encoding": (STRINGS, lambda part: part.replace("贷款3".encode(), "贷款3".encode("gb18030"))),
}


@pytest.mark.parametrize(("part", "change"), DAMAGE.values(), ids=DAMAGE)
def test_a_workbook_whose_part_is_no_whole_xml_is_damaged_and_the_part_is_named(part: str, change: Change) -> None:
    parts = parts_of()
    assert change(parts[part]) != parts[part]
    error = refusal(packed({**parts, part: change(parts[part])}), "loans.xlsx")
    assert error.what.startswith(f"the workbook is damaged: {part}")
    assert "save it anew" in error.remedy


@pytest.mark.parametrize("part", [SHEET, STRINGS, STYLES, BOOK, RELATIONS])
def test_a_workbook_without_one_of_its_parts_is_damaged_and_the_part_is_named(part: str) -> None:
    error = refusal(packed({name: data for name, data in parts_of().items() if name != part}), "loans.xlsx")
    assert error.what == f"the workbook is damaged: {part} is missing"


def test_a_damaged_workbook_in_an_archive_is_refused_by_itself() -> None:
    parts = parts_of()
    bad, good = packed({**parts, SHEET: parts[SHEET][:-40]}), packed(parts)
    first, second = read_grids(packed({"bad.xlsx": bad, "good.xlsx": good}), "night.zip")
    assert "the workbook is damaged" in str(first.refusal)
    assert len(second.rows) == 20


def test_a_sheet_for_charts_has_no_cells_and_is_no_damage() -> None:
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
