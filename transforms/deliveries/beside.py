"""Units stated beside a table come into its headers: 金额 under 单位：万元 is read, and sent back, as 金额(万元)."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import polars as pl

from schemas.contract import MONEY_DTYPE
from schemas.deliveries import DELIVERIES
from schemas.errors import UnreadableDelivery
from transforms.deliveries.headers import Aliases, known_headers, unit_apart
from transforms.deliveries.statements import Statement, currencies, labelled_money, plain, statements, unit_of

Texts = Sequence[tuple[str, str]]
"""Pairs of where a text stands and what it says."""

NOTHING: Final = frozenset({"", "-", "--", "—", "——", "–", "/", "\\", "无"})
OWN_UNITS: Final = ("_cny", "_tco2")
"""Endings of the contract's own headers that are units."""

STATED: Final = {"money": "元", "tonnes": "吨"}
REMEDY: Final = "write the unit into the header of each column, as in 金额(万元), and deliver the file again"


@dataclass(frozen=True)
class Notice:
    """What was understood of a form, in both languages, for a flag on its file."""

    code: str
    message: str
    message_zh: str


@dataclass(frozen=True)
class Surroundings:
    """What stands around a table: texts beside it, texts elsewhere in its workbook, and a row of units if there is one.

    Texts elsewhere count only where those beside state nothing.
    """

    near: Texts
    far: Texts = ()
    units: Sequence[str] = ()
    units_where: str = ""


@dataclass(frozen=True)
class Understood:
    """The header with the units that were stated beside it, what to tell of that, and the currencies stated."""

    header: list[str]
    notices: list[Notice] = field(default_factory=list)
    currencies: dict[str, str] = field(default_factory=dict)


class _Column(NamedTuple):
    """A column that has a unit: where it stands, its kind of unit, and whether its own header states one."""

    at: int
    of: str
    is_own: bool


def understand(name: str, table: str, header: Sequence[str], around: Surroundings, aliases: Aliases) -> Understood:
    """Return the header as the units beside it have it; raise UnreadableDelivery where they leave a doubt."""
    columns = _columns(table, header, aliases)
    stated = _stated(around, aliases)
    told, notices = list(header), []
    for of, fits in STATED.items():
        for statement, ats in _units(name, of, columns, header, stated, around, aliases).items():
            if statement.scale == 1:
                continue
            word = next(w for w, scale in aliases.scales.items() if scale == statement.scale and w.endswith(fits))
            notices.append(_notice(statement, [plain(header[at]) for at in ats], word))
            for at in ats:
                told[at] = f"{header[at]}({word})"
    _refuse_per_mille(name, columns, stated)
    named = currencies([*around.near, *around.far], aliases.beside)
    money = {s.currency: s.where for s in stated if s.of == "money" and s.currency}
    return Understood(told, notices, {**money, **named})


def is_units_row(cells: Sequence[str], naming: Sequence[int], aliases: Aliases) -> bool:
    """Tell whether a row under the header holds units alone: 元, 吨, %."""
    told = [cell.strip() for cell in cells if plain(cell) not in NOTHING]
    if not told or any(plain(cells[at]) not in NOTHING for at in naming if at < len(cells)):
        return False
    is_unit: Callable[[str], bool] = lambda cell: unit_of(cell, aliases.beside) is not None  # noqa: E731
    return any(map(is_unit, told)) and all(is_unit(cell) or not any(c.isdigit() for c in cell) for cell in told)


def _columns(table: str, header: Sequence[str], aliases: Aliases) -> list[_Column]:
    schema = DELIVERIES[table].polars_schema()
    columns = []
    for at, cell in enumerate(header):
        for known in known_headers(table, [cell], aliases):
            is_own = bool(unit_apart(plain(cell))[1]) or plain(cell).lower().endswith(OWN_UNITS)
            of = _unit_kind(known.column, schema[known.column])
            columns += [_Column(at, of, is_own)] if of else []
    return columns


def _unit_kind(column: str, dtype: pl.DataType) -> str:
    if dtype == MONEY_DTYPE:
        return "money"
    return "tonnes" if column.endswith("_tco2") else "per cent" if column.endswith("_pct") else ""


def _stated(around: Surroundings, aliases: Aliases) -> list[Statement]:
    near = statements(around.near, aliases.beside)
    if any("money" in statement.of for statement in near):
        return near
    return [*near, *labelled_money(around.far, aliases.beside)]


def _units(  # noqa: PLR0913, PLR0917 - all of what a unit may be told by
    name: str, of: str, columns: Sequence[_Column], header: Sequence[str], stated: Sequence[Statement],
    around: Surroundings, aliases: Aliases,
) -> dict[Statement, list[int]]:  # fmt: skip
    """Return which statement holds for which columns: the row of units first, then what is said of all."""
    units: dict[Statement, list[int]] = {}
    waiting = []
    for column in (column for column in columns if column.of == of):
        cell = around.units[column.at] if column.at < len(around.units) else ""
        if plain(cell) in NOTHING:
            waiting += [] if column.is_own else [column.at]
            continue
        unit = unit_of(cell, aliases.beside, around.units_where)
        if unit is None or unit.of != of or (column.is_own and not _same(header[column.at], unit, aliases)):
            raise _doubt(name, [f"{around.units_where}: {header[column.at]} in {cell}"])
        if not column.is_own:
            units.setdefault(unit, []).append(column.at)
    general = _general(name, of, stated) if waiting else None
    if general:
        units.setdefault(general, []).extend(waiting)
    return units


def _same(cell: str, unit: Statement, aliases: Aliases) -> bool:
    _, own = unit_apart(plain(cell))
    return aliases.scales.get(own, 1) == unit.scale


def _general(name: str, of: str, stated: Sequence[Statement]) -> Statement | None:
    clear = {s.scale: s for s in reversed(stated) if s.of == of}
    unclear = [s for s in stated if s.of == f"unclear {of}"]
    if len(clear) > 1 or (unclear and not clear):
        raise _doubt(name, [f"{s.where}: {s.text}" for s in (*clear.values(), *unclear)])
    return next(iter(clear.values()), None)


def _refuse_per_mille(name: str, columns: Sequence[_Column], stated: Sequence[Statement]) -> None:
    told = [f"{s.where}: {s.text}" for s in stated if s.of == "per mille"]
    if told and any(column.of == "per cent" and not column.is_own for column in columns):
        raise _doubt(name, told)


def _notice(statement: Statement, names: Sequence[str], word: str) -> Notice:
    where, text, listed = statement.where, statement.text, ", ".join(names)
    return Notice(
        "unit_beside_table",
        f"{where} states '{text}': {listed} in {word}, each amount times {statement.scale:,}",
        f"{_in_chinese(where)}注明“{text}”：{'、'.join(names)}按{word}读取，已乘以 {statement.scale:,}",
    )


def _in_chinese(where: str) -> str:
    """Line 2 is 第2行."""
    told = re.sub(r"line (\d+)", r"第\1行", where)
    return re.sub(r"^the name (.*)$", r"名称“\1”", re.sub(r"sheet (.*), ", r"工作表“\1”", told))


def _doubt(name: str, told: Sequence[str]) -> UnreadableDelivery:
    return UnreadableDelivery(
        "the unit that is stated beside the table leaves a doubt in which unit the amounts are", where=name,
        available="; ".join(told), remedy=REMEDY,
    )  # fmt: skip


def refuse_foreign(name: str, table: str, header: Sequence[str], named: Mapping[str, str], aliases: Aliases) -> None:
    """Raise UnreadableDelivery where another currency is stated beside a table of yuan that has no column for it."""
    columns = {known.column for known in known_headers(table, header, aliases)}
    has_money = any(_unit_kind(c, DELIVERIES[table].polars_schema()[c]) == "money" for c in columns)
    if has_money and named and "CNY" not in named and not columns & {"currency", "investment_currency"}:
        raise UnreadableDelivery(
            f"its amounts are stated to be in {', '.join(named)}, and it has no column of currencies", where=name,
            available="; ".join(f"{where}: {code}" for code, where in named.items()),
            remedy="add the column currency (币种), or state the amounts in yuan",
        )  # fmt: skip
