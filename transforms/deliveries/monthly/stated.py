"""What is stated once beside a table of months: its year, its reading, its plant, its unit. Never guessed."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from schemas.errors import UnreadableDelivery
from transforms.deliveries.headers.beside import Texts
from transforms.deliveries.headers.monthly_layout import Layout, Line, Sheet, in_parts, reading_of, words_of
from transforms.deliveries.sheets.grid import Grid
from transforms.deliveries.text.months import stated_years
from transforms.deliveries.text.statements import plain
from transforms.ground.aliases import Aliases

PLANT: Final = re.compile(r"^(?:电站|电厂|场站|项目)(?:名称)?:(.+)$")
_OTHER: Final = (
    r"(?:电量|用电|热量|热力|蒸汽|汽量|产量|用量|耗量|水量|气量|煤量|能耗|电耗|小时数?|generation|supply|consumption)"
)
AND_ANOTHER: Final = re.compile(rf"(?:以?及|和|与|或|并|[、,;/+&])[^、,;()]{{0,8}}?{_OTHER}")
ANOTHER_AND: Final = re.compile(rf"{_OTHER}(?:以?及|和|与|或|并|[、,;/+&])$")
_PARTS: Final = re.compile(r"[、,;/和与\s]+")


def year_of(grid: Grid, layout: Layout, texts: Texts) -> tuple[int | None, list[str]]:
    """Return the year that titles, sheet and file state; None where every month states its own."""
    stated, own = stated_years(texts), {month.year for month in layout.months.values()}
    if layout.year is not None or None not in own:
        _refuse_years(grid, stated, len(stated) > 1 or (not own >= set(stated) and layout.year is None))
        return None, []
    _refuse_years(grid, stated, len(stated) != 1)
    ((year, where),) = stated.items()
    return year, [f"year {year} ({where})"]


def _refuse_years(grid: Grid, stated: Mapping[int, str], is_doubtful: bool) -> None:
    if is_doubtful:
        raise UnreadableDelivery(
            "its columns are months, and their year is in doubt" if stated else "its columns are months of no year",
            where=grid.name,
            available="; ".join(f"{where}: {year}" for year, where in stated.items()) or "no year",
            remedy="state one year in the title, the sheet's or the file's name, or one in each header, as in 2025-01",
        )


def stated_metric(grid: Grid, texts: Texts, aliases: Aliases) -> str:
    """Return the one reading that titles and names speak of: 2025年上网电量统计表."""
    spellings = sorted((word for word in aliases.readings if not word.isascii()), key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, spellings)) or r"(?!)")
    named: list[str] = list(dict.fromkeys(word for _, text in texts for word in pattern.findall(words_of(text))))
    others = [f"{where}: {text}" for where, text in texts for word in named if _names_another(words_of(text), word)]
    if len(named) != 1 or others:
        raise UnreadableDelivery(
            "its columns are months, and no column and no single title says of what",
            where=grid.name,
            available="; ".join(others) or ", ".join(named) or "no reading's name",
            remedy="add a column metric (指标) with the reading of each line, as 上网电量",
        )
    return named[0]


def _names_another(text: str, reading: str) -> bool:
    """上网电量及下网电量 are two readings, whether the second is a known one or not."""
    before, _, after = text.partition(reading)
    return AND_ANOTHER.match(after) is not None or (reading in text and ANOTHER_AND.search(before) is not None)


def stated_plant(grid: Grid, titles: Texts) -> str:
    """Return the one plant that a title names: 电站名称：鸡公岭风电场."""
    matches = (PLANT.match("".join(plain(text).split())) for _, text in titles)
    named: list[str] = list(dict.fromkeys(match[1] for match in matches if match))
    if len(named) != 1:
        raise UnreadableDelivery(
            "its columns are months, and no column says of which plant",
            where=grid.name,
            available=", ".join(named) or "no plant's name",
            remedy="add a column with each plant's name as it is registered (项目名称), or its id (项目编号)",
        )
    return named[0]


def unit_words(texts: Texts) -> Iterator[str]:
    """Yield what is stated after 单位： or in brackets: 单位：万千瓦时、万元."""
    for _, text in texts:
        title = plain(text)
        values = [
            *re.findall(r"单位\s*[:为]\s*([^()（）。;；]+)", title),
            *re.findall(r"[(\[]([^()\[\]]+)[)\]]", title),
        ]
        for value in values:
            yield from _PARTS.split(value.rpartition(":")[2])


def unit_of_line(sheet: Sheet, line: Line, metric: str = "") -> str:
    """Return the unit of a line, as of the metric: its own, its reading's brackets', else the one beside the table.

    Nothing where none is stated, or two that would fit.
    """
    found = reading_of(metric or line.metric, sheet.aliases)
    if found is None:
        return ""
    in_brackets = reading_of(line.metric, sheet.aliases) or in_parts(line.metric)
    if own := line.unit or in_brackets[1]:
        return own
    fits = sheet.aliases.readings[found[0].lower()]
    of_months = [unit for unit in sheet.layout.month_units.values() if is_unit(unit, sheet.aliases)]
    beside = sheet.unit_words if len(of_months) < len(sheet.layout.months) else ()
    for words in ([*of_months, *beside], sheet.margin_words):
        fitting = {words_of(word): word for word in words if words_of(word) in fits}
        if fitting:
            return next(iter(fitting.values())) if len(fitting) == 1 else ""
    return ""


def is_unit(word: str, aliases: Aliases) -> bool:
    """Return whether a word is the unit of any reading."""
    return any(words_of(word) in units for units in aliases.readings.values())
