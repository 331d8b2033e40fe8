"""What is stated once beside a table of months: its year, its reading, its plant, its unit. Never guessed."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from schemas.errors import UnreadableDelivery
from transforms.deliveries.beside import Texts
from transforms.deliveries.grid import Grid
from transforms.deliveries.headers import Aliases
from transforms.deliveries.monthly_layout import Layout, Line, Sheet, in_parts, reading_of, words_of
from transforms.deliveries.months import stated_years
from transforms.deliveries.statements import plain

PLANT: Final = re.compile(r"^(?:电站|电厂|场站|项目)(?:名称)?:(.+)$")
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
            where=grid.name, available="; ".join(f"{where}: {year}" for year, where in stated.items()) or "no year",
            remedy="state one year in the title, the sheet's or the file's name, or one in each header, as in 2025-01",
        )  # fmt: skip


def stated_metric(grid: Grid, texts: Texts, aliases: Aliases) -> str:
    """Return the one reading that titles and names speak of: 2025年上网电量统计表."""
    spellings = sorted((word for word in aliases.readings if not word.isascii()), key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, spellings)) or r"(?!)")
    named: list[str] = list(dict.fromkeys(word for _, text in texts for word in pattern.findall(words_of(text))))
    if len(named) != 1:
        raise UnreadableDelivery(
            "its columns are months, and no column and no single title says of what", where=grid.name,
            available=", ".join(named) or "no reading's name",
            remedy="add a column metric (指标) with the reading of each line, as 上网电量",
        )  # fmt: skip
    return named[0]


def stated_plant(grid: Grid, titles: Texts) -> str:
    """Return the one plant that a title names: 电站名称：鸡公岭风电场."""
    matches = (PLANT.match("".join(plain(text).split())) for _, text in titles)
    named: list[str] = list(dict.fromkeys(match[1] for match in matches if match))
    if len(named) != 1:
        raise UnreadableDelivery(
            "its columns are months, and no column says of which plant", where=grid.name,
            available=", ".join(named) or "no plant's name",
            remedy="add a column with each plant's name as it is registered (项目名称), or its id (项目编号)",
        )  # fmt: skip
    return named[0]


def unit_words(texts: Texts) -> Iterator[str]:
    """Yield what is stated after 单位： or in brackets: 单位：万千瓦时、万元."""
    for _, text in texts:
        told = plain(text)
        values = [*re.findall(r"单位\s*[:为]\s*([^()（）。;；]+)", told), *re.findall(r"[(\[]([^()\[\]]+)[)\]]", told)]
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
    words = {unit for unit in sheet.layout.month_units.values() if unit} or set(sheet.unit_words)
    fitting = {words_of(word): word for word in words if words_of(word) in fits}
    return next(iter(fitting.values())) if len(fitting) == 1 else ""
