"""What a table of months says of itself that leaves a doubt of its readings: then it is refused, and nothing guessed.

A plan, sums since the year began, a second table under the first, a second row of headers, a unit outside the cells, or
a column that says of what a line is, and not in the words of any reading.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from schemas.errors import UnreadableDelivery
from transforms.deliveries.headers.beside import Texts
from transforms.deliveries.headers.monthly_layout import Layout, Line, Sheet, cell_of, words_of
from transforms.deliveries.headers.plans import is_title_of_plans
from transforms.deliveries.headers.unit_rows import are_numbers
from transforms.deliveries.monthly.stated import PLANT, unit_words
from transforms.deliveries.sheets.grid import Grid
from transforms.deliveries.tables.bodies import line_of
from transforms.deliveries.text.months import stated_years
from transforms.deliveries.text.statements import plain
from transforms.ground.aliases import Aliases

PLAN: Final = re.compile(
    r"计划|规划|预测|预计|预算|目标|预估|估算|暂估|推算|测算|plan|forecast|budget|estimate", re.IGNORECASE
)
SUMMED: Final = re.compile(r"累计|累積|year[ -]to[ -]date|\bytd\b|cumulative", re.IGNORECASE)
OF_A_LINE: Final = re.compile(
    r"电量|热量|热力|蒸汽|产量|用量|水量|气量|煤量|能耗|电耗|同比|环比|弃[风光水]|下网|厂用|generation|supply", re.I
)
"""Words that say of what a line is, or of what kind."""
FEW_WORDS: Final = 4
REMARKS: Final = re.compile(r"备注|说明|备 注|remark|note", re.IGNORECASE)
ENERGY: Final = re.compile(
    r"(?<![a-z])[kmgt]?wh(?![a-z])|千瓦时|兆瓦时|吉瓦时|(?<!温)(?<!湿)度电|[万亿]度|(?<![a-z])[gmt]j(?![a-z])|吉焦|百万千焦",
    re.I,
)
"""Units of energy wherever they are written."""


def refuse_kinds(grid: Grid, texts: Texts, remarks: Texts, far: Texts, aliases: Aliases) -> None:
    """Raise UnreadableDelivery where the table speaks of what is to come, or of sums since the year began.

    far: what is written on a cover of its workbook, or in the margins.
    """
    doubtful = [
        f"{where}: {text}" for where, text in texts if PLAN.search(plain(text)) and not _says_who(plain(text), aliases)
    ]
    doubtful += [f"{where}: {text}" for where, text in far if is_title_of_plans(text, aliases)]
    if doubtful:
        raise UnreadableDelivery(
            "it speaks of a plan, and readings are what was measured",
            where=grid.name,
            available="; ".join(doubtful),
            remedy="send the readings alone, under a title that does not speak of plans",
        )
    doubtful = [f"{where}: {text}" for where, text in (*texts, *remarks) if SUMMED.search(plain(text))]
    if doubtful:
        raise UnreadableDelivery(
            "it speaks of sums since the year began, and a column is read as its month alone",
            where=grid.name,
            available="; ".join(doubtful),
            remedy="send each month's own amount, under a title without 累计",
        )


def _says_who(text: str, aliases: Aliases) -> bool:
    """Who filled the form in, as in 填报部门：计划部, is not a title."""
    label, colon, _ = text.partition(":")
    return bool(colon) and label.strip() in {*aliases.beside["remark_labels"], *aliases.lists["lender_labels"]}


def refuse_second_header(grid: Grid, layout: Layout, first: int) -> None:
    """Raise UnreadableDelivery where a month has several columns, or words of its own under its name."""
    last = max(layout.months)
    wide = [(top, left, right) for top, left, bottom, right in grid.merged if top <= layout.header_at <= bottom]
    shared = [layout.header[left] for _, left, right in wide if left in layout.months and right > left]
    nameless = [at for at in range(min(layout.months), last) if not cell_of(layout.header, at)]
    filled = [at for at in nameless if any(cell_of(row, at) for row in grid.rows[layout.header_at + 1 :])]
    under = [cell_of(grid.rows[first], at) for at in layout.months] if first < len(grid.rows) else []
    words = [cell for cell in under if cell and not any(letter.isdigit() for letter in cell) and len(cell) > 1]
    is_worded = len(words) > len(layout.months) / 2 and len(set(words)) <= FEW_WORDS and not _is_unit_row(words)
    if shared or filled or is_worded:
        raise UnreadableDelivery(
            "its months have a second row of headers, and which column is the month's amount is a doubt",
            where=grid.name,
            available=", ".join([*shared, *dict.fromkeys(words)]) or "columns without a header",
            remedy="keep one column a month, with what was measured",
        )


def _is_unit_row(words: Sequence[str]) -> bool:
    return all(ENERGY.fullmatch(words_of(word)) or words_of(word) in {"万千瓦时", "吨", "t"} for word in words)


def refuse_second_table(grid: Grid, layout: Layout, body: Collection[int]) -> None:
    """Raise UnreadableDelivery where a year, plant, unit or kind is stated between the lines of the table."""
    between = []
    for at in range(layout.header_at + 1, max(body, default=0)):
        cells = [] if at in body else [cell.strip() for cell in grid.rows[at] if cell.strip()]
        texts = [(line_of(grid, at), cell) for cell in cells]
        is_header = [cell.strip() for cell in grid.rows[at]][: len(layout.header)] == layout.header
        if is_header or are_numbers(grid.rows[at]):
            continue
        stated = [text for _, text in texts if PLANT.match("".join(plain(text).split())) or ENERGY.search(plain(text))]
        if stated or stated_years(texts) or list(unit_words(texts)):
            between.append(f"{line_of(grid, at)}: {' '.join(cells)}")
    if between:
        raise UnreadableDelivery(
            "a year, plant or unit is stated between its lines, as of a second table",
            where=grid.name,
            available="; ".join(between),
            remedy="send each table as a sheet of its own",
        )


def refuse_other_kinds(grid: Grid, layout: Layout, lines: Sequence[Line], metric_at: int | None) -> None:
    """Raise UnreadableDelivery where a column that was not read says that its lines are of something else."""
    kinds = list(dict.fromkeys(_kinds(layout, lines, metric_at)))
    if kinds:
        raise UnreadableDelivery(
            "a column says of what its lines are, in words that name no known reading",
            where=grid.name,
            available=", ".join(kinds),
            remedy="write each line's reading as docs/deliveries.md names it",
        )


def _kinds(layout: Layout, lines: Sequence[Line], metric_at: int | None) -> Iterator[str]:
    for at in layout.others:
        if at == metric_at or REMARKS.search(layout.header[at]):
            continue
        for line in lines:
            cell = cell_of(line.cells, at)
            if PLAN.search(cell) or SUMMED.search(cell) or (metric_at is None and OF_A_LINE.search(cell)):
                yield f"{layout.header[at]}: {cell}"


def refuse_hidden_units(sheet: Sheet, units: Collection[str]) -> None:
    """Raise UnreadableDelivery where a page header, text box or comment names a unit that no reading was read in."""
    grid = sheet.grid
    read = {words_of(unit) for unit in units}
    hidden = [
        f"{where}: {text}"
        for where, text in (*grid.margins, *grid.remarks)
        if any(words_of(word) not in read for word in _units_in(plain(text)))
    ]
    if hidden:
        raise UnreadableDelivery(
            "another unit than the one that was read is stated outside its cells",
            where=grid.name,
            available="; ".join([*hidden, "read in " + ", ".join(units)] if units else hidden),
            remedy="state one unit in the title, as in 单位：万千瓦时, and the same one, or none, there",
        )


def _units_in(text: str) -> list[str]:
    """Units with the scale before them: 万千瓦时 is not 千瓦时."""
    return [match[0] for match in re.finditer(rf"(?:[百千万亿]+)?(?:{ENERGY.pattern})", text, re.IGNORECASE)]
