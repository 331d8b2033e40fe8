"""The delivery templates: one workbook with a sheet for each delivered table, and the data dictionary beside it.

What it shows is laid out in flows.pages.template_layout; here it becomes bytes: the same ones for the same tables.
"""

import datetime as dt
import io
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_col_to_name, xl_range, xl_range_abs  # type: ignore[import-untyped]
from xlsxwriter.workbook import Workbook  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from flows.home.settings import CHECKOUT
from flows.pages import dictionary
from flows.pages.template_layout import Cell, Choices, Column, Layout, Sheet, layout, lines_of
from flows.reference.tables import read_reference
from schemas.errors import EnvironmentFailure

WORDS: Final = CHECKOUT / "data" / "templates" / "deliveries.toml"
WORKBOOK: Final = "greenloan_deliveries.xlsx"
DICTIONARY: Final = "data_dictionary.md"

HEADER_ROW, FIRST_ROW, LAST_ROW = 2, 3, 1_048_575
TITLE_HEIGHT, LINE_HEIGHT, NOTE_HEIGHT = 24, 12.5, 15
NOTE_WIDTHS: Final = (62, 72, 30, 14)
FIXED_DAY: Final = dt.datetime(2025, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
"""The workbook's date of creation: a clock would change its bytes."""


def write_templates(folder: Path) -> list[Path]:
    """Write the workbook and the data dictionary into the folder; return their paths.

    Raises EnvironmentFailure where the folder is none, or where a workbook that somebody filled in would be lost.
    """
    workbook, page = folder / WORKBOOK, folder / DICTIONARY
    content = workbook_bytes(delivery_layout())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _refuse_filled(workbook, content)
        workbook.write_bytes(content)
        dictionary.main(page)
    except OSError as error:
        raise EnvironmentFailure(
            f"the templates cannot be written: {error.strerror}",
            where=str(folder),
            available="nothing, or the workbook without the dictionary",
            remedy="name a folder that can be written to; it is made if it is not there",
        ) from error
    return [workbook, page]


def workbook_bytes(plan: Layout) -> bytes:
    """Return the XLSX; every text is written as text, so that no cell is a formula."""
    stream = io.BytesIO()
    with Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"title": plan.notes[0][0], "author": "greenloan", "created": FIXED_DAY})
        _write_notes(book, plan)
        for sheet in plan.sheets:
            _write_sheet(book, sheet, plan)
        _write_lists(book, plan.lists_name, plan.lists)
    return stream.getvalue()


def delivery_layout() -> Layout:
    """Return what the workbook shows: the tables of the reference data, in the words of data/templates."""
    return layout(read_reference(), _words())


def _words() -> dict[str, Any]:
    with WORDS.open("rb") as file:
        return tomllib.load(file)


def _refuse_filled(path: Path, content: bytes) -> None:
    if path.exists() and path.read_bytes() != content:
        raise EnvironmentFailure(
            "there is another workbook of this name, perhaps one that was filled in",
            where=str(path),
            available=f"{path.stat().st_size:,} bytes that are not the template's",
            remedy="move it away, or name another folder",
        )


def _write_notes(book: Workbook, plan: Layout) -> None:
    page = book.add_worksheet(plan.notes_name)
    heading, plain = (
        book.add_format({"bold": True, "font_size": 12}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    page.hide_gridlines(2)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    for at, width in enumerate(NOTE_WIDTHS):
        page.set_column(at, at, width)
    for row, cells in enumerate(plan.notes):
        is_heading = len(cells) == 1
        page.set_row(row, NOTE_HEIGHT * (1.5 if is_heading else lines_of(cells, NOTE_WIDTHS)))
        for at, text in enumerate(cells):
            page.write_string(row, at, text, heading if is_heading else plain)


def _write_sheet(book: Workbook, sheet: Sheet, plan: Layout) -> None:
    page = book.add_worksheet(sheet.name)
    page.set_row(0, TITLE_HEIGHT)
    page.write_string(0, 0, sheet.title, book.add_format({"bold": True, "font_size": 13}))
    page.set_row(1, LINE_HEIGHT * max(column.lines for column in sheet.columns) + 4)
    for at, column in enumerate(sheet.columns):
        _write_column(book, page, at, column, plan)
    page.write_comment(FIRST_ROW, 0, plan.example_comment, {"x_scale": 2.4, "author": "greenloan"})
    _mark_examples(book, page, len(sheet.columns), plan.example_mark)
    page.freeze_panes(HEADER_ROW + 1, 1)
    page.ignore_errors({"number_stored_as_text": xl_range(HEADER_ROW, 0, LAST_ROW, len(sheet.columns) - 1)})
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _write_column(book: Workbook, page: Worksheet, at: int, column: Column, plan: Layout) -> None:
    cell = book.add_format({"num_format": column.kind.number_format, "align": column.kind.align, "indent": 1})
    page.set_column(at, at, column.kind.width, cell)
    bold, small = book.add_format({"bold": True}), book.add_format({"font_color": "#404040", "font_size": 9})
    wrapped = book.add_format(
        {"text_wrap": True, "valign": "top", "bg_color": "#F2F5F2", "border": 1, "border_color": "#D0D0D0"}
    )
    page.write_rich_string(1, at, bold, column.name, small, column.rest, wrapped)
    page.write_string(HEADER_ROW, at, column.header, _header_format(book, column))
    if column.example is not None:
        _write_example(page, at, column.example, cell)
    if column.choices:
        _offer(page, at, column.choices, plan)


def _header_format(book: Workbook, column: Column) -> Format:
    """Dark where the cell must be filled, lighter where it may stay empty."""
    colour = "#1F5F3F" if column.is_required else "#6E9C82"
    return book.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": colour, "border": 1, "num_format": "@"})


def _write_example(page: Worksheet, at: int, value: Cell, cell: Format) -> None:
    if isinstance(value, str):
        page.write_string(FIRST_ROW, at, value, cell)
    elif isinstance(value, dt.date):
        page.write_datetime(FIRST_ROW, at, value, cell)
    else:
        page.write_number(FIRST_ROW, at, value, cell)


def _offer(page: Worksheet, at: int, choices: Choices, plan: Layout) -> None:
    where = plan.lists.index(choices)
    source = f"='{plan.lists_name}'!{xl_range_abs(0, where, len(choices.values) - 1, where)}"
    on_error = (
        {"error_title": "Greenloan", "error_message": plan.not_in_list} if choices.is_closed else {"show_error": False}
    )
    page.data_validation(FIRST_ROW, at, LAST_ROW, at, {"validate": "list", "source": source, **on_error})


def _mark_examples(book: Workbook, page: Worksheet, width: int, mark: str) -> None:
    """Grey wherever a cell of the row begins with the mark: the colour goes when the example does."""
    row = f"$A{FIRST_ROW + 1}:${xl_col_to_name(width - 1)}{FIRST_ROW + 1}"
    look = book.add_format({"font_color": "#808080", "italic": True, "bg_color": "#F7F7F7"})
    rule = {"type": "formula", "criteria": f'=COUNTIF({row},"{mark}*")>0', "format": look}
    page.conditional_format(FIRST_ROW, 0, LAST_ROW, width - 1, rule)


def _write_lists(book: Workbook, name: str, lists: Iterable[Choices]) -> None:
    page = book.add_worksheet(name)
    page.hide()
    for at, choices in enumerate(lists):
        for row, value in enumerate(choices.values):
            page.write_string(row, at, value)
