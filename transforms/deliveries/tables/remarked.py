"""What a remark or comment says of its row's amounts: another unit, an estimate, not done yet, or undone again."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

import polars as pl

from schemas.between.deliveries import LineOfText
from schemas.contract import DataFrame
from transforms.deliveries.headers.beside import STATED, UnitColumn, in_passing, names_foreign, unit_columns
from transforms.deliveries.headers.plans import ESTIMATE, says_undone
from transforms.deliveries.headers.unit_rows import NOTHING
from transforms.deliveries.sheets.grid import Grid
from transforms.deliveries.sheets.marks import ALIKE, CURRENCIES, NUMBERS, UNIT, UNIT_OF, Column, Mark
from transforms.deliveries.sheets.spans import cell_name, letters_of
from transforms.deliveries.tables.bodies import Body
from transforms.deliveries.tables.large import LINE
from transforms.deliveries.text.currencies import code_of
from transforms.deliveries.text.statements import Statement, plain, statements
from transforms.ground.aliases import Aliases

REMARKS: Final = re.compile(
    r"(?:备注|说明|附注|摘要)(?:信息|说明|栏)?\d?|(?:情况|其他|数据)说明|(?:贷款|借据|合同|放款|还款|流水|记录|数据|业务)?状态"
    r"|remarks?|notes?|comments?|status",
    re.IGNORECASE,
)
"""Headers of columns that are listened to and not read."""

COMMENT: Final = re.compile(r"the comment on ([A-Z]+)(\d+)")
DRAWING: Final = re.compile(r"disbursement|放款|发放", re.IGNORECASE)
REPAYING: Final = re.compile(r"repayment|还款|还本|归还", re.IGNORECASE)
_ARRIVED: Final = "到账|到帐|入账|入帐"
_DRAWN: Final = f"发放|放款?|投放|提款|支用|用信|用款|起息|{_ARRIVED}"
_REPAID: Final = f"归还|偿还|还款?(?!日|计划|方式|来源)|还本|扣款|扣收|{_ARRIVED}"
_DONE: Final = re.compile(r"(?:已|实际)[^,。;]{0,12}?(?:归还|偿还|还款|还清|发放|放款|投放|提款|到账|入账)")
_WAITING: Final = re.compile(
    r"^(?:预计|拟|计划|待定|预计数|计划数|审批中|pending)$|在途(?![^,。;]{0,6}已)|^(?:planned|expected)\b|not yet"
    r"|(?<![无非不])(?:预估|暂估|估算|快报|未经审[核计]|暂列|预提|provisional|estimated?)",
    re.IGNORECASE,
)
OF_MONEY: Final = re.compile(r"元|圆|圓|yuan", re.IGNORECASE)
UNIT_NAMED: Final = re.compile(
    rf"(?:单位[:为是]?|^|[:为按是以用系])({UNIT.pattern})(?=$|[,。;.、)填列为报以]|计(?![费价]))", re.IGNORECASE
)
"""A unit without an amount: 单位为万千瓦时, 以千度计; not in 少发约20万千瓦时."""

MAY_SPEAK: Final = (
    r"(?i)作废|冲|撤|重复|误|错|无效|预|拟|计划|待|未|在途|估|快报|推算|测算|初步|暂|同期|审|单位|元|圆|币|wh|瓦时|焦|度|吨|kg|公斤|千克|"
    r"[a-z]{4,}"
)
"""What a remark has that any of the patterns may find; where millions of rows have remarks, the others are passed."""


class Remark(NamedTuple):
    """A remark or comment: where, its words without blanks, and the column that it hangs on, if it is a comment."""

    where: str
    text: str
    at: int | None = None


@dataclass(frozen=True)
class Heard:
    """What listens to a table's remarks: its columns, and where the remarks are."""

    table: str
    header: Sequence[str]
    columns: Sequence[Column]
    aliases: Aliases

    @cached_property
    def places(self) -> list[int]:
        """Columns of remarks."""
        known = {column.at for column in self.columns}
        return [at for at, cell in enumerate(self.header) if at not in known and is_of_remarks(cell)]

    @cached_property
    def named(self) -> dict[str, Column]:
        """The columns by their names."""
        return {column.name: column for column in self.columns}

    @cached_property
    def stated(self) -> list[tuple[Column, UnitColumn]]:
        """Columns of money and tonnes with their scales."""
        return [
            (column, unit)
            for column in self.columns
            for unit in unit_columns(self.table, [column.header], self.aliases)
            if unit.of in STATED
        ]

    @cached_property
    def numbers(self) -> list[Column]:
        """Columns of numbers."""
        return [column for column in self.columns if column.dtype.base_type() in NUMBERS]

    def cell(self, fields: Sequence[str], name: str) -> str:
        """Return the row's cell in a column of the contract; nothing where the table has it not."""
        column = self.named.get(name)
        return plain(fields[column.at]) if column else ""


def is_of_remarks(header: str) -> bool:
    """Return whether a header is of a column of remarks or states: 备注, 说明, 贷款状态."""
    return REMARKS.fullmatch("".join(plain(header).split())) is not None


def remark_marks(  # noqa: PLR0913, PLR0917 - whatever the remarks are written in
    table: str,
    header: Sequence[str],
    columns: Sequence[Column],
    body: Body,
    sure: DataFrame[LineOfText] | None,
    grid: Grid,
    aliases: Aliases,
) -> Iterator[Mark]:
    """Yield the amounts of rows of which a remark or comment says that they do not hold as written."""
    heard = Heard(table, header, columns, aliases)
    comments, above = _comments(grid, {place.line for place in body.places})
    if not (heard.places or comments or above):
        return
    rows = [(place.line, fields) for place, fields in zip(body.places, body.rows, strict=True)]
    rows += _may_speak(sure, heard.places)
    reversed_ids = {heard.cell(fields, "reverses_entry_id") for _, fields in rows} - NOTHING
    for line, fields in rows:
        remarks = [
            Remark(cell_name(line - 1, at) if grid.sheet else f"line {line}, {plain(header[at])}", text)
            for at in heard.places
            if (text := _words(fields[at])) not in NOTHING
        ]
        for one in (*remarks, *comments.get(line, ())):
            yield from _of_row(heard, line, fields, one, reversed_ids)
        for one in above:
            yield from _other_units(heard, line, fields, one)


def _words(text: str) -> str:
    return "".join(plain(text).split())


def _comments(grid: Grid, lines: set[int]) -> tuple[Mapping[int, list[Remark]], list[Remark]]:
    """Return the comments on cells of each row, and those on cells above the rows."""
    by_line: dict[int, list[Remark]] = defaultdict(list)
    above = []
    letters = {letters_of(at): at for at in range(max(map(len, grid.rows), default=0))} if grid.remarks else {}
    for where, text in grid.remarks:
        match = COMMENT.fullmatch(where)
        if match and int(match[2]) in lines:
            by_line[int(match[2])].append(Remark(where, _words(text), letters.get(match[1])))
        elif match and int(match[2]) < min(lines, default=0):
            above.append(Remark(where, _words(text), letters.get(match[1])))
    return by_line, above


def _may_speak(sure: DataFrame[LineOfText] | None, places: Sequence[int]) -> list[tuple[int, list[str]]]:
    if sure is None or not places:
        return []
    speaks = pl.any_horizontal(pl.col(str(at)).str.contains(MAY_SPEAK) for at in places)
    found = sure.filter(speaks)
    return list(zip(found[LINE].to_list(), map(list, found.drop(LINE).iter_rows()), strict=True))


def _of_row(heard: Heard, line: int, fields: Sequence[str], remark: Remark, reversed_ids: set[str]) -> Iterator[Mark]:
    yield from _other_money(heard, line, fields, remark)
    yield from _other_units(heard, line, fields, remark)
    amounts = [column for column in heard.numbers if plain(fields[column.at]) not in NOTHING]
    if not amounts:
        return
    column = next((column for column in amounts if column.name in {"amount", "value"}), amounts[0])
    is_reversal = heard.cell(fields, "reverses_entry_id") not in NOTHING
    is_reversed = heard.cell(fields, "entry_id") in reversed_ids
    if says_undone(remark.text) and not (is_reversal or is_reversed):
        reason = f"{remark.where} says '{remark.text}': what does not hold is not sent; delete the row, or these words"
        yield line, column.name, "called_void", reason
    elif heard.table == "ledger" and _is_waiting(remark.text, heard.cell(fields, "event")):
        reason = f"{remark.where} says '{remark.text}': an entry is what was drawn or repaid; send it once it is"
        yield line, column.name, "not_done_yet", reason
    elif heard.table == "operating" and ESTIMATE.search(remark.text):
        reason = (
            f"{remark.where} says '{remark.text}'; a reading is what was measured: send it once it is, without these "
            "words"
        )
        yield line, column.name, "not_measured", reason


@lru_cache(maxsize=4096)
def _is_waiting(text: str, event: str) -> bool:
    """Return whether words say that an entry is still to come; what a drawing says of repayments is of the future."""
    verbs = _DRAWN if DRAWING.search(event) else _REPAID if REPAYING.search(event) else f"{_DRAWN}|{_REPAID}"
    if _WAITING.search(text) or re.search(rf"(?:未|待)(?:{verbs})(?:$|[,。;)])|(?:尚|暂)未(?:{verbs})", text):
        return True
    planned = re.search(rf"(?<![按照据])(?:预计|拟|计划(?![内外])|待|将于)(?:于|在)?[^,。;]{{0,12}}?(?:{verbs})", text)
    return planned is not None and _DONE.search(text) is None


def _other_money(heard: Heard, line: int, fields: Sequence[str], remark: Remark) -> Iterator[Mark]:
    """Amounts of which a remark names another unit of money or tonnes, or another currency than the row's."""
    aliases = heard.aliases
    units, word = _units_of_money(remark.text, aliases)
    word = word if heard.table in {"loans", "ledger"} else ""
    codes = aliases.beside["currencies"]
    own = next((heard.cell(fields, name) for name in CURRENCIES if name in heard.named), "")
    code = code_of(own, aliases.codes) or "CNY"
    foreign = {unit.currency for unit in units if unit.of == "money"} - {"", code}
    foreign |= {codes[known] for known in codes if word and known.lower() == word.lower()} - {code}
    own_column = [
        found for found in heard.stated if found[0].at == remark.at
    ]  # a comment speaks of its own column first
    for column, unit in own_column or heard.stated:
        if plain(fields[column.at]) in NOTHING:
            continue
        others = [found for found in units if found.of == unit.of and found.scale != unit.scale]
        others += [found for found in units if found.of == f"unclear {unit.of}" and unit.scale == 1]
        if others or (foreign and unit.of == "money"):
            read_in = column.unit or STATED[unit.of]
            yield line, column.name, "unit_in_remark", _in_another(column, fields, read_in, remark)


@lru_cache(maxsize=4096)
def _units_of_money(text: str, aliases: Aliases) -> tuple[list[Statement], str]:
    """Return the units that a text names, and a foreign currency; a million rows have few different remarks."""
    placed = [("", text)]
    units = (*statements(placed, aliases.beside), *in_passing(placed, aliases))
    return [unit for unit in units if _is_a_unit(unit)], names_foreign(text, aliases)


def _is_a_unit(unit: Statement) -> bool:
    """人民币 alone says nothing of 万元."""
    return unit.of != "money" or unit.scale != 1 or OF_MONEY.search(unit.text) is not None


def _other_units(heard: Heard, line: int, fields: Sequence[str], remark: Remark) -> Iterator[Mark]:
    """Numbers with a unit in a column of its own, of which a remark, or a comment on their column, names another."""
    units = _units_named(remark.text)
    for name, unit_name in UNIT_OF.items() if units else ():
        column, own = heard.named.get(name), _words(heard.cell(fields, unit_name)).lower()
        if column is None or own in NOTHING or plain(fields[column.at]) in NOTHING:
            continue
        is_its_own = remark.at is None or remark.at in {column.at, heard.named[unit_name].at}
        if is_its_own and any(unit != own and not any({unit, own} <= alike for alike in ALIKE) for unit in units):
            read_in = heard.cell(fields, unit_name)
            yield line, name, "unit_in_remark", _in_another(column, fields, read_in, remark)


@lru_cache(maxsize=4096)
def _units_named(text: str) -> frozenset[str]:
    return frozenset(unit.lower() for unit in UNIT_NAMED.findall(text) if not OF_MONEY.search(unit))


def _in_another(column: Column, fields: Sequence[str], unit: str, remark: Remark) -> str:
    return (
        f"{column.name} {plain(fields[column.at])} is read in {unit}, and {remark.where} says '{remark.text}'; "
        "write it in that unit, without these words"
    )
