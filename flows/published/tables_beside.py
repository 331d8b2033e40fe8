"""The tables behind a document, beside its PDF: each as CSV, all of them as a workbook, always the same bytes."""

import csv
import datetime as dt
import io
import re
from collections.abc import Mapping, Sequence
from typing import Final

from xlsxwriter.workbook import Workbook  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from reports.documents import Attachment
from schemas.contract import UNIT_SUFFIXES

WORKBOOK: Final = "_tables.xlsx"
"""How the workbook's name ends; a table's ends with its own."""

FIXED_DAY: Final = dt.datetime(2025, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
"""The workbook's date of creation: a clock would change its bytes."""

NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
MEASURED: Final = (*UNIT_SUFFIXES, "_count", "_pct", "value")
"""How columns end that hold numbers; a code of digits is a text, whatever it looks like."""

MONEY: Final = "_cny"
DIGITS: Final = 15
"""What a cell keeps of money, which is exact: a longer amount is a text. Of other figures, floats, it keeps 16."""

LONGEST_TEXT, MOST_ROWS = 32_767, 1_048_576
"""What a cell and a sheet hold; the library leaves out what is beyond without a word."""

WIDTH: Final = 22


def tables_beside(name: str, attachments: Sequence[Attachment]) -> Mapping[str, bytes]:
    """Return the files by their names: each table as CSV with a byte order mark, and a workbook of all.

    A table that a sheet cannot hold whole is in its CSV alone.
    """
    files = {f"{name}_{one.name}": one.text.encode() for one in attachments}
    tables = {one.name.removesuffix(".csv"): _rows(one) for one in attachments}
    fitting = {title: rows for title, rows in tables.items() if _fits(rows)}
    return files | ({f"{name}{WORKBOOK}": _workbook(fitting)} if fitting else {})


def _rows(attachment: Attachment) -> list[list[str]]:
    return list(csv.reader(io.StringIO(attachment.text.removeprefix("\ufeff"))))


def _fits(rows: Sequence[Sequence[str]]) -> bool:
    return len(rows) <= MOST_ROWS and all(len(text) <= LONGEST_TEXT for row in rows for text in row)


def _workbook(tables: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    stream = io.BytesIO()
    with Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"author": "greenloan", "created": FIXED_DAY})
        bold = book.add_format({"bold": True, "bottom": 1})
        for title, (head, *rows) in tables.items():
            sheet = book.add_worksheet(title)
            sheet.write_row(0, 0, head, bold)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(head) - 1, WIDTH)
            _write(sheet, head, rows)
    return stream.getvalue()


def _write(sheet: Worksheet, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    are_numbers = [name.endswith(MEASURED) for name in head]
    for at, row in enumerate(rows, start=1):
        for column, (text, is_number) in enumerate(zip(row, are_numbers, strict=True)):
            is_kept = not head[column].endswith(MONEY) or sum(map(str.isdigit, text)) <= DIGITS
            if is_number and is_kept and NUMBER.fullmatch(text):
                sheet.write_number(at, column, float(text))
            elif text:
                sheet.write_string(at, column, text)
