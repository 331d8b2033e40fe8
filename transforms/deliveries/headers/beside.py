"""Units stated beside a table come into its headers: 金额 under 单位：万元 is read, and sent back, as 金额(万元)."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final, NamedTuple

from schemas.deliveries import DELIVERIES
from schemas.errors import UnreadableDelivery
from transforms.deliveries.headers.columns import known_headers
from transforms.deliveries.headers.unit_rows import NOTHING
from transforms.deliveries.sheets.spans import letters_of
from transforms.deliveries.text.header_units import unit_kind
from transforms.deliveries.text.per_hundred import speaks_of_hundred, unit_header
from transforms.deliveries.text.statements import Statement, currencies, labelled_money, plain, statements, unit_of
from transforms.ground.aliases import Aliases
from transforms.ground.flag_rows import Notice, notice

Texts = Sequence[tuple[str, str]]
"""Pairs of a text's place and the text."""

OTHER_RATES: Final = re.compile(r"‰|‱|bp|基点|千分|万分|小数|decimal|ratio", re.IGNORECASE)
"""Units of a rate that is not in per cent."""

OWN_UNITS: Final = ("_cny", "_tco2", "_tco2e")
"""Endings of the contract's own headers that are units."""

OF_ONE: Final = re.compile(
    r"(?:为|按|是|以|用|系|in\s)\s*((?:人民币)?[百千万亿]*[美欧日港]?元|yuan|rmb|cny|usd)(?=$|[\s,。;.、)计填列为报])",
    re.IGNORECASE,
)
"""A unit that a comment names, and no amount."""

OF_A_PART: Final = re.compile(r"其中|第\s*\d+\s*[笔行条项]|另有|(?:部分|个别)(?:贷款|借据|金额)")
CONVERTED: Final = re.compile(r"折|换算|人民币|不含|不包括|不涉及|无(?:美元|外币)|非(?:美元|外币)")
AMOUNT_BEFORE: Final = re.compile(r"[\d.]\s*[百千万亿]*$")
STATED: Final = {"money": "元", "tonnes": "吨"}
REMEDY: Final = "write the unit into the header of each column, as in 金额(万元), and deliver the file again"


@dataclass(frozen=True)
class Surroundings:
    """What is written around a table: texts beside it or elsewhere in its workbook, and a row of units if there is one.

    Texts elsewhere count only where those beside state nothing. remarks: texts that hang on single cells.
    siblings: units that other sheets of the workbook state. amounts: the first number of each column, and its line.
    names: ids and names of the rows, by which a note speaks of one of them.
    """

    near: Texts
    far: Texts = ()
    remarks: Texts = ()
    units: Sequence[str] = ()
    units_where: str = ""
    siblings: Sequence[Statement] = ()
    amounts: Mapping[int, str] = field(default_factory=dict)
    names: Collection[str] = ()


@dataclass(frozen=True)
class Understood:
    """The header with the units that were stated beside it, the notices of that, and the currencies stated."""

    header: list[str]
    notices: list[Notice] = field(default_factory=list)
    currencies: dict[str, str] = field(default_factory=dict)


class UnitColumn(NamedTuple):
    """A column that has a unit: its position, the kind of unit, its header's scale and whether that states one."""

    at: int
    of: str
    scale: int
    is_own: bool


def understand(name: str, table: str, header: Sequence[str], around: Surroundings, aliases: Aliases) -> Understood:
    """Return the header as the units beside it have it; raise UnreadableDelivery where they leave a doubt."""
    columns = unit_columns(table, header, aliases)
    stated = _stated(around, aliases)
    _refuse_two_units(name, columns, stated, around, aliases)
    completed, notices = list(header), list[Notice]()
    for of, fits in STATED.items():
        for statement, ats in _units(name, of, columns, header, stated, around, aliases).items():
            if statement.scale == 1:
                continue
            word = next(w for w, scale in aliases.scales.items() if scale == statement.scale and w.endswith(fits))
            notices.append(_notice(statement, [plain(header[at]) for at in ats], word))
            for at in ats:
                completed[at] = f"{header[at]}({word})"
    _refuse_other_rates(name, columns, stated, header, around)
    _refuse_remarks(name, unit_columns(table, completed, aliases), around.remarks, aliases)
    named = currencies([*around.near, *around.far], aliases.beside)
    money = {s.currency: s.where for s in stated if s.of == "money" and s.currency}
    return Understood(completed, notices, {**money, **named})


def unit_columns(table: str, header: Sequence[str], aliases: Aliases) -> list[UnitColumn]:
    """Return the columns that have a unit, with the scale that their headers state."""
    schema = DELIVERIES[table].polars_schema()
    columns = []
    for at, cell in enumerate(header):
        for known in known_headers(table, [cell], aliases):
            is_own = bool(known.unit) or plain(cell).lower().endswith(OWN_UNITS)
            of = unit_kind(known.column, schema[known.column])
            columns += [UnitColumn(at, of, known.scale, is_own)] if of else []
    return columns


def _stated(around: Surroundings, aliases: Aliases) -> list[Statement]:
    near = statements(around.near, aliases.beside)
    if any("money" in statement.of for statement in near):
        return near
    return [*near, *labelled_money(around.far, aliases.beside)]


def _units(  # noqa: PLR0913, PLR0917 - all that a unit may be stated by
    name: str,
    of: str,
    columns: Sequence[UnitColumn],
    header: Sequence[str],
    stated: Sequence[Statement],
    around: Surroundings,
    aliases: Aliases,
) -> dict[Statement, list[int]]:
    """Return which statement holds for which columns: the row of units first, then what is stated of all."""
    units: dict[Statement, list[int]] = {}
    waiting = []
    for column in (column for column in columns if column.of == of):
        cell = around.units[column.at] if column.at < len(around.units) else ""
        if plain(cell) in NOTHING:
            waiting += [] if column.is_own else [column.at]
            continue
        unit = unit_of(cell, aliases.beside, around.units_where)
        if unit is None or unit.of != of or (column.is_own and column.scale != unit.scale):
            raise _doubt(name, [f"{around.units_where}: {header[column.at]} in {cell}"])
        if not column.is_own:
            units.setdefault(unit, []).append(column.at)
    general = _general(name, of, stated) if waiting else None
    if general is None:
        _refuse_unlike(name, of, [at for at in waiting if at in around.amounts], around)
    else:
        units.setdefault(general, []).extend(waiting)
    return units


def _general(name: str, of: str, stated: Sequence[Statement]) -> Statement | None:
    clear = {s.scale: s for s in reversed(stated) if s.of == of}
    unclear = [s for s in stated if s.of == f"unclear {of}"]
    if len(clear) > 1 or (unclear and not clear):
        raise _doubt(name, [f"{s.where}: {s.text}" for s in (*clear.values(), *unclear)])
    return next(iter(clear.values()), None)


def _refuse_two_units(
    name: str, columns: Sequence[UnitColumn], stated: Sequence[Statement], around: Surroundings, aliases: Aliases
) -> None:
    """Raise UnreadableDelivery where one text says 万元 and another 万美元, or a note another unit of one row."""
    if not any(column.of == "money" for column in columns):
        return
    units: dict[tuple[int, str], Statement] = {}
    for statement in (statement for statement in stated if statement.of == "money"):
        units.setdefault((statement.scale, statement.currency or "CNY"), statement)
    doubtful = list(units.values()) if len({unit.where for unit in units.values()}) > 1 else []
    by_text = {(unit.where, unit.text) for unit in units.values()} if len(units) == 1 else set()
    notes = ((where, plain(text)) for where, text in around.near)
    names = around.names if len(around.names) > 1 else ()  # a unit of the only row is of all of them
    others = [
        (where, text)
        for where, text in notes
        if (names_foreign(text, aliases) and _speaks_of_one(text, around.names))
        or ((where, text) in by_text and _speaks_of_one(text, names))
    ]
    if others and not doubtful:
        doubtful = [*stated, *(Statement(where, text, "money") for where, text in others)]
    if doubtful:
        raise _doubt(name, list(dict.fromkeys(f"{s.where}: {s.text}" for s in doubtful)))


def _speaks_of_one(text: str, names: Collection[str]) -> bool:
    """A note of one row or a part of them: 注：其中第3笔为美元, 注：L1金额为万美元."""
    return OF_A_PART.search(text) is not None or any(_names(text, name) for name in names)


def _names(text: str, name: str) -> bool:
    """A number 12 is not named by 12月31日."""
    return name in text and re.search(rf"(?<![0-9A-Za-z]){re.escape(name)}(?![0-9A-Za-z年月日%万亿])", text) is not None


def names_foreign(text: str, aliases: Aliases) -> str:
    """Return the foreign currency that a text says its row is in, or nothing: not of 500万美元, nor of 已折人民币."""
    if CONVERTED.search(text):
        return ""
    for found in _foreign(tuple(aliases.beside["currencies"].items())).finditer(text):
        if not AMOUNT_BEFORE.search(text[: found.start()]):
            return found[0]
    return ""


@cache
def _foreign(currencies_named: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    words = sorted((word for word, code in currencies_named if code not in {"", "CNY"}), key=len, reverse=True)
    spelled = (rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word) for word in words)
    return re.compile("|".join(spelled), re.IGNORECASE)


def _refuse_unlike(name: str, of: str, places: Sequence[int], around: Surroundings) -> None:
    """Amounts without a unit beside a sheet that states 万元: yuan, or 10,000 of them."""
    elsewhere = dict.fromkeys(f"{s.where}: {s.text}" for s in around.siblings if s.of.removeprefix("unclear ") == of)
    if elsewhere and places:
        what = "money" if of == "money" else "mass"
        here = dict.fromkeys(f"here without a unit: {around.amounts[at]}" for at in places)
        raise UnreadableDelivery(
            f"another sheet of its workbook states a unit of {what}, and this sheet states none: in which unit its "
            "amounts are is a doubt",
            where=name,
            available="; ".join([*elsewhere, *here]),
            remedy=f"state the unit on this sheet too, as in 单位：{STATED[of]} above its header, or in each header, "
            "as in 金额(万元)",
        )


def _refuse_other_rates(
    name: str, columns: Sequence[UnitColumn], stated: Sequence[Statement], header: Sequence[str], around: Surroundings
) -> None:
    """Rates are in per cent: ‰ in the row of units, or beside the table, would make them ten times too large."""
    rates = [column.at for column in columns if column.of == "per cent" and not column.is_own]
    cells = [(at, around.units[at]) for at in rates if at < len(around.units)]
    doubtful = [
        f"{around.units_where}: {header[at]} in {cell}" for at, cell in cells if OTHER_RATES.search(plain(cell))
    ]
    doubtful += [f"{s.where}: {s.text}" for s in stated if s.of == "per mille" and rates]
    if doubtful:
        raise _doubt(name, doubtful)


def _refuse_remarks(name: str, columns: Sequence[UnitColumn], remarks: Texts, aliases: Aliases) -> None:
    """A comment that names another unit than the amounts have leaves a doubt: of its own column, or of all of them."""
    stated = [*statements(remarks, aliases.beside), *in_passing(remarks, aliases)]
    for of in STATED:
        scales = {column.scale for column in columns if column.of == of}
        own = {f"the comment on {letters_of(column.at)}": {column.scale} for column in columns if column.of == of}
        other = [s for s in stated if s.of == of and s.scale not in own.get(s.where.rstrip("0123456789"), scales)]
        other += [s for s in stated if s.of == f"unclear {of}" and scales == {1}]
        if scales and other:
            doubtful = dict.fromkeys(f"{s.where}: {s.text}" for s in other)
            raise UnreadableDelivery(
                "a comment leaves a doubt in which unit the amounts are",
                where=name,
                available="; ".join(doubtful),
                remedy="write the amount in the unit of its column and delete the comment, or write the unit into the "
                "header of the column, as in 金额(万元)",
            )


def in_passing(remarks: Texts, aliases: Aliases) -> list[Statement]:
    """Return the units that texts name without an amount, as stated of one cell: 此笔为元, 该数按万元填."""
    found = [(where, plain(text), word) for where, text in remarks for word in OF_ONE.findall(plain(text))]
    units = [(where, text, unit_of(word, aliases.beside, where)) for where, text, word in found]
    return [unit._replace(where=where, text=text) for where, text, unit in units if unit]


def _notice(statement: Statement, names: Sequence[str], word: str) -> Notice:
    return notice(
        "unit_beside_table",
        where=statement.where,
        text=statement.text,
        columns=(", ".join(names), "、".join(names)),
        unit=word,
        scale=f"{statement.scale:,}",
    )


def _doubt(name: str, doubtful: Sequence[str]) -> UnreadableDelivery:
    return UnreadableDelivery(
        "the unit that is stated beside the table leaves a doubt in which unit the amounts are",
        where=name,
        available="; ".join(doubtful),
        remedy=REMEDY,
    )


def refuse_foreign(name: str, table: str, header: Sequence[str], named: Mapping[str, str], aliases: Aliases) -> None:
    """Raise UnreadableDelivery where another currency is stated beside a table of yuan that has no column for it."""
    columns = {known.column for known in known_headers(table, header, aliases)}
    has_money = any(unit_kind(c, DELIVERIES[table].polars_schema()[c]) == "money" for c in columns)
    if has_money and named and "CNY" not in named and not columns & {"currency", "investment_currency"}:
        raise UnreadableDelivery(
            f"its amounts are stated to be in {', '.join(named)}, and it has no column of currencies",
            where=name,
            available="; ".join(f"{where}: {code}" for code, where in named.items()),
            remedy="add the column currency (币种), or state the amounts in yuan",
        )


def refuse_hundreds(name: str, header: Sequence[str], near: Texts, aliases: Aliases) -> None:
    """Raise UnreadableDelivery where a text beside rates speaks of 100 units and neither header nor column does."""
    is_of_hundred = any(known.per != 1 for known in known_headers("fx", header, aliases))
    hundreds = [f"{where}: {text}" for where, text in near if speaks_of_hundred(plain(text))]
    if hundreds and not is_of_hundred and unit_header(header) is None:
        raise UnreadableDelivery(
            "a text beside the rates speaks of 100 units, and their header does not",
            where=name,
            available="; ".join(hundreds),
            remedy="name the column 汇率(每100单位), or send the rates of one unit",
        )
