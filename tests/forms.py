"""Files as banks send them, read as the night reads them: bytes -> grid -> table -> rows accepted or refused."""

import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, Final

import xlsxwriter

from flows.forms.readers import read_grids
from tests.makers import reference
from transforms.deliveries.headers.columns import read_headers
from transforms.deliveries.rows.accept import Accepted, accept
from transforms.deliveries.rows.raw_table import RawTable
from transforms.deliveries.tables.split import Cells, Grid, split_grid

LOAN_HEADER: Final = [
    "贷款编号",
    "项目编号",
    "贷款机构",
    "币种",
    "合同金额",
    "签订日期",
    "到期日期",
    "年利率",
    "贷款类型",
    "被再融资贷款编号",
]
LOAN: Final = ["L1", "P1", "甲银行", "CNY", 500, "2024-12-20", "2034-12-20", 3.5, "new", None]


def make_loan_row(**named: Any) -> list[Any]:
    """A loan of 500 in the order of LOAN_HEADER; names are its headers."""
    return [named.get(header, cell) for header, cell in zip(LOAN_HEADER, LOAN, strict=True)]


def make_sheet_of(
    rows: Sequence[Sequence[Any]],
    *,
    sheet: str = "贷款",
    formats: Mapping[tuple[int, int], str] | None = None,
    change: Callable[[xlsxwriter.Workbook, Any], None] | None = None,
    **options: Any,
) -> bytes:
    """An XLSX of one sheet; `formats` are number formats by row and column, `change` does what else it takes."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, **options})
    page = book.add_worksheet(sheet)
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            code = (formats or {}).get((at, column))
            page.write(at, column, cell, book.add_format({"num_format": code}) if code else None)
    if change:
        change(book, page)
    book.close()
    return content.getvalue()


def split_text(text: str, table: str = "loans", name: str = "loans.csv") -> Cells:
    """What a CSV holds of the table."""
    (grid,) = read_grids(text.encode(), name)
    return split_grid(grid, table, reference().aliases)


def accept_grid(grid: Grid, table: str = "loans") -> Accepted:
    """The rows of a grid, each accepted or refused."""
    return accept_cells(split_grid(grid, table, reference().aliases), table, grid.name)


def accept_cells(split: Cells, table: str, name: str = "loans.csv") -> Accepted:
    """The rows of a table, each accepted or refused."""
    raw = RawTable("d1", name, table, split.cells, split.misshapen, split.totals, split.marks, split.notices)
    return accept(raw, read_headers(table, split.header, reference().aliases)[0])


def accept_file(content: bytes, name: str, table: str = "loans") -> Accepted:
    """The rows of a file's one grid, each accepted or refused."""
    (grid,) = read_grids(content, PurePosixPath(name).name)
    return accept_grid(grid, table)
