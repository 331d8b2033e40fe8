"""A small book, and every way in which its senders may write it down: forms, encodings, headers, units, accidents."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, Final

import polars as pl
import xlsxwriter
from hypothesis import strategies as st

from schemas.deliveries import DELIVERIES, OPTIONAL_COLUMNS
from tests.makers import Row, make_entry, make_loan, make_parameter, make_project, make_reading, reference
from tests.properties.fuzz import xls_bytes
from transforms.deliveries.headers.columns import known_headers
from transforms.deliveries.sheets.marks import Column, is_amount

Draw = Callable[[st.SearchStrategy[Any]], Any]
Book = dict[str, list[Row]]

KEYS: Final = {"projects": "project_id", "loans": "loan_id", "ledger": "entry_id", "operating": "record_id"}
MONEY: Final = {"projects": ["total_investment"], "loans": ["contract_amount"], "ledger": ["amount"], "operating": []}
DATES: Final = {
    "projects": ["commissioning_date"],
    "loans": ["sign_date", "maturity_date"],
    "ledger": ["value_date"],
    "operating": ["period_start", "period_end"],
}
SCALES: Final = {"元": 0, "千元": 3, "万元": 4, "亿元": 8}
UNITS: Final = {"kWh": 3, "MWh": 0, "万kWh": -1, "万千瓦时": -1, "GWh": -3, " mwh ": 0}
"""Unit to the power of ten of its number beside the megawatt hour's."""

ENCODINGS: Final = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le")
DELIMITERS: Final = (",", ";", "\t")
FULL_WIDTH: Final = str.maketrans("0123456789", "０１２３４５６７８９")
NAMES: Final = ("上饶光伏一期", "集中供热", "𠮷野风电", "某项目（二期）", "A,B；C", '引"号"')
LENDERS: Final = ("工商银行", "中国银行上饶分行", "农商行𠮷野支行")
EXCEL_EPOCH: Final = dt.date(1899, 12, 30)

NO_DAY: Final = "2025-02-30"
BREAKS: Final[dict[str, Callable[[Row], Row]]] = {
    "projects": lambda row: {**row, "method": "no_such_method"},
    "loans": lambda row: {**row, "loan_type": "unheard_of"},
    "ledger": lambda row: {**row, "value_date": NO_DAY},
    "operating": lambda row: {**row, "value": "NaN"},
}
"""What makes a row of each table one that must be refused."""


@dataclass(frozen=True)
class Mangled:
    """A file as it might be sent, and the keys of the rows in it that must be refused."""

    name: str
    content: bytes
    table: str
    height: int
    broken: frozenset[str] = field(default_factory=frozenset)


# --- books ---


@st.composite
def books(draw: Draw) -> Book:
    """Return projects with loans, ledger and readings; odd ids, Chinese names, amounts in fen."""
    ids = draw(
        st.lists(st.from_regex(r"0{0,3}[1-9][0-9]{0,5}(-[A-Z])?", fullmatch=True), min_size=2, max_size=4, unique=True)
    )
    projects = [_project(draw, project_id) for project_id in ids]
    loans = [
        make_loan(loan_id=f"{number:05}", project_id=draw(st.sampled_from(ids)), lender=draw(st.sampled_from(LENDERS)))
        for number in range(1, draw(st.integers(2, 5)))
    ]
    ledger = [entry for loan in loans for entry in _entries(draw, loan["loan_id"])]
    readings = [_reading(draw, project, month) for project in projects[:2] for month in (1, 2, 3)]
    return {"projects": projects, "loans": loans, "ledger": ledger, "operating": readings}


def _project(draw: Draw, project_id: str) -> Row:
    invested = draw(st.integers(10**11, 10**13))
    name = draw(st.sampled_from(NAMES))
    return make_project(
        project_id=project_id, project_name=name, method="grid_renewable", total_investment=_yuan(invested)
    )


def _entries(draw: Draw, loan_id: str) -> list[Row]:
    fen = draw(st.lists(st.integers(2, 10**9), min_size=1, max_size=3))
    days = [f"2025-{month:02}-{draw(st.integers(1, 28)):02}" for month in range(1, len(fen) + 1)]
    return [
        make_entry(entry_id=f"{loan_id}/{day}", loan_id=loan_id, value_date=day, amount=_yuan(amount))
        for day, amount in zip(days, fen, strict=True)
    ]


def _reading(draw: Draw, project: Row, month: int) -> Row:
    last = [31, 28, 31][month - 1]
    return make_reading(
        record_id=f"R{month}",
        project_id=project["project_id"],
        period_start=f"2025-{month:02}-01",
        period_end=f"2025-{month:02}-{last}",
        value=f"{Decimal(draw(st.integers(1, 10**6))).scaleb(-2):f}",
    )


def _yuan(fen: int) -> str:
    return f"{Decimal(fen).scaleb(-2):f}"


def factors(book: Book) -> list[Row]:
    """Return each project's own grid factor, which the tests do not mangle."""
    return [make_parameter(scope=row["project_id"]) for row in book["projects"]]


# --- cells ---


def write_day(draw: Draw, text: str) -> str:
    """Return the day in one of the ways in which banks write it."""
    day = dt.date.fromisoformat(text)
    styles = [
        text,
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month:02}.{day.day:02}",
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        str((day - EXCEL_EPOCH).days),
        f"{text} 00:00:00",
    ]
    return str(draw(st.sampled_from(styles)))


def write_number(draw: Draw, text: str) -> str:
    """Return the number plain, with thousands separators or in full-width digits."""
    separated = f"{Decimal(text):,f}"
    return str(draw(st.sampled_from([text, text, separated, text.translate(FULL_WIDTH), f" {text} "])))


@cache
def _spellings(table: str, column: str) -> list[str]:
    return [column, *(header for header, name in reference().aliases.columns[table].items() if name == column)]


def _header(draw: Draw, table: str, column: str, scale: str | None) -> str:
    name = draw(st.sampled_from(_spellings(table, column)))
    if scale:
        name += draw(st.sampled_from([f"({scale})", f"（{scale}）", f" ({scale}) "]))
    return f"{name}{draw(st.sampled_from(['', '', ' ', '　']))}"


# --- files ---


@st.composite
def mangled(draw: Draw, table: str, rows: list[Row], *, may_break: bool = False) -> Mangled:
    """Return the rows as one file in a form drawn at random; some rows broken if they may be."""
    broken = (
        frozenset(draw(st.sets(st.sampled_from([row[KEYS[table]] for row in rows]), max_size=2)))
        if may_break
        else frozenset()
    )
    sent = [BREAKS[table](row) if row[KEYS[table]] in broken else row for row in rows]
    sent = draw(st.permutations(sent))
    whole = [row for row in sent if row[KEYS[table]] not in broken]
    doubled = [draw(st.sampled_from(whole))] if whole and draw(st.booleans()) else []
    grid = _grid(draw, table, [*sent, *doubled])
    name, content = _file(draw, table, grid)
    return Mangled(name, content, table, len(sent) + len(doubled), broken)


def _grid(draw: Draw, table: str, rows: list[Row]) -> list[list[str]]:
    scale = draw(st.sampled_from([None, *SCALES])) if MONEY[table] else None
    names = [name for name in rows[0] if name not in OPTIONAL_COLUMNS[table] or any(row[name] for row in rows)]
    columns = draw(st.permutations(names))
    header = [_header(draw, table, name, scale if name in MONEY[table] else None) for name in columns]
    lines = [[_cell(draw, table, name, row[name], scale) for name in columns] for row in rows]
    word = draw(st.sampled_from([None, "合计", "合 计", "总计：", "Total"]))
    total = [word, *(_summed(rows, name, scale) for name in columns[1:])]
    return [header, *lines, *([total] if word else [])]


def _summed(rows: list[Row], name: str, scale: str | None) -> str:
    """What the sender itself makes of a column of money."""
    if name not in {column for columns in MONEY.values() for column in columns}:
        return ""
    return f"{sum(Decimal(row[name]) for row in rows).scaleb(-SCALES[scale or '元']):,f}"


def _cell(draw: Draw, table: str, name: str, text: str | None, scale: str | None) -> str:
    if text is None:
        return ""
    if name in MONEY[table]:
        return write_number(draw, f"{Decimal(text).scaleb(-SCALES[scale or '元']):f}")
    return write_day(draw, text) if name in DATES[table] and text != NO_DAY else str(text)


def _file(draw: Draw, table: str, grid: list[list[str]]) -> tuple[str, bytes]:
    name = draw(st.sampled_from(list(reference().aliases.tables[table])))
    form = draw(st.sampled_from(["csv", "csv", "xlsx", "xls", "parquet"]))
    title = draw(st.sampled_from([[], [], [["绿色贷款报表"], ["单位：见表头"]]]))
    content = {
        "csv": lambda: _csv(draw, title, grid),
        "xlsx": lambda: _xlsx(draw, table, title, grid),
        "xls": lambda: xls_bytes([*title, *grid], "Sheet1"),
        "parquet": lambda: _parquet(grid),
    }[form]()
    if draw(st.integers(0, 3)) == 0:
        return "night.zip", _zip(f"上报/{name}.{form}", content)
    return f"{name}_2025.{form}", content


def _csv(draw: Draw, title: list[list[str]], grid: list[list[str]]) -> bytes:
    delimiter, end = draw(st.sampled_from(DELIMITERS)), draw(st.sampled_from(["\n", "\r\n"]))
    lines = [delimiter.join(_quoted(cell, delimiter) for cell in row) for row in [*title, *grid]]
    return (end.join(lines) + end).encode(str(draw(st.sampled_from(ENCODINGS))))


def _quoted(cell: str, delimiter: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(c in cell for c in (delimiter, '"', "\n")) else cell


def _xlsx(draw: Draw, table: str, title: list[list[str]], grid: list[list[str]]) -> bytes:
    """Every cell as text, or days as spreadsheets keep them; rows hidden, names that repeat downwards merged."""
    content = io.BytesIO()
    is_typed = draw(st.booleans())
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_numbers": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("Sheet1")
        for at, row in enumerate([*title, *grid]):
            for column, cell in enumerate(row):
                if is_typed and (value := _as_day(cell)):
                    sheet.write_datetime(at, column, value, day)
                else:
                    sheet.write_string(at, column, cell)
        for at in draw(st.sets(st.integers(0, len(title) + len(grid)))):
            sheet.set_row(at, None, None, {"hidden": True})
        if draw(st.booleans()):
            _merge_repeated(sheet, grid, len(title), book.add_format(), _names_of(table, grid[0]))
    return content.getvalue()


def _names_of(table: str, header: list[str]) -> list[int]:
    """The positions of columns whose cells may be merged: an amount in one cell for several rows is refused."""
    types = DELIVERIES[table].polars_schema()
    read = (
        (at, known) for at, cell in enumerate(header) for known in known_headers(table, [cell], reference().aliases)
    )
    columns = [Column(at, known.delivered, known.column, types[known.column]) for at, known in read]
    return [column.at for column in columns if not is_amount(table, column)]


def _merge_repeated(sheet: Any, grid: list[list[str]], top: int, plain: Any, mergeable: list[int]) -> None:
    """Merge each run of equal text below each header, as people do with a lender's name."""
    for column in mergeable:
        cells = [row[column] for row in grid]
        starts = [at for at in range(1, len(cells)) if at == 1 or cells[at] != cells[at - 1]]
        for start, end in zip(starts, [*starts[1:], len(cells)], strict=True):
            if end - start > 1 and cells[start] and not _as_day(cells[start]):
                sheet.merge_range(top + start, column, top + end - 1, column, "", plain)
                sheet.write_string(top + start, column, cells[start])


def _as_day(cell: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(cell, "%Y-%m-%d")  # noqa: DTZ007
    except ValueError:
        return None


def _parquet(grid: list[list[str]]) -> bytes:
    header, *rows = grid
    content = io.BytesIO()
    pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row").write_parquet(content)
    return content.getvalue()


def _zip(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def plain(table: str, rows: list[Row]) -> Mangled:
    """Return the rows as the plainest file: UTF-8, the contract's own headers."""
    grid = [list(rows[0]), *([str(cell or "") for cell in row.values()] for row in rows)]
    text = "".join(",".join(_quoted(cell, ",") for cell in row) + "\n" for row in grid)
    return Mangled(f"{table}.csv", text.encode(), table, len(rows))


def in_unit(row: Row, unit: str) -> Row:
    """Return a reading in megawatt hours in another unit."""
    return {**row, "value": f"{Decimal(row['value']).scaleb(UNITS[unit]):f}", "unit": unit}


def split_loan(book: Book, loan_id: str) -> Book:
    """Return the book with the loan as two, which share each amount; a fen that cannot be halved goes to the first."""
    second = f"{loan_id}-2"
    loans = [*book["loans"], *({**row, "loan_id": second} for row in book["loans"] if row["loan_id"] == loan_id)]
    ledger = [part for row in book["ledger"] for part in (_halves(row, second) if row["loan_id"] == loan_id else [row])]
    return {**book, "loans": loans, "ledger": ledger}


def _halves(row: Row, second: str) -> list[Row]:
    fen = int(Decimal(row["amount"]).scaleb(2))
    return [
        {**row, "amount": _yuan(fen - fen // 2)},
        {**row, "entry_id": f"{row['entry_id']}-2", "loan_id": second, "amount": _yuan(fen // 2)},
    ]


def split_reading(row: Row) -> list[Row]:
    """Return the reading in two parts under one id, at the middle of its month."""
    middle = row["period_start"][:8]
    half = Decimal(row["value"]) / 2
    return [
        {**row, "period_end": f"{middle}14", "value": f"{half:f}"},
        {**row, "period_start": f"{middle}15", "value": f"{half:f}"},
    ]
