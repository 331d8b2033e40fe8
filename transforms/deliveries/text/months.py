"""Months and years as a form writes them: 1月, 2025-01, 2025年1月, Jan; 2025年度 in a title."""

import calendar
import datetime as dt
import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from transforms.deliveries.text.statements import plain

CHINESE: Final = {name: month for month, name in enumerate([*"一二三四五六七八九十", "十一", "十二"], start=1)}
ENGLISH: Final = {
    name.lower(): month
    for names in (calendar.month_name, calendar.month_abbr, [*[""] * 9, "sept"])
    for month, name in enumerate(names)
    if name
}
_YEAR: Final = r"(?P<year>(?:19|20)\d\d)"
_MONTH: Final = r"(?P<month>0?[1-9]|1[0-2])"
MONTHS: Final = [
    re.compile(rf"^(?:{_YEAR}年?)?{_MONTH}月份?$"),
    re.compile(rf"^(?:{_YEAR}年)?(?P<chinese>十[一二]|[一二三四五六七八九十])月份?$"),
    re.compile(rf"^{_YEAR}[-/.]{_MONTH}$"),
    re.compile(rf"^{_YEAR}(?P<month>0[1-9]|1[0-2])$"),
    re.compile(rf"^{_YEAR}[-/]{_MONTH}[-/]0?1(?: 00:00:00)?$"),
    re.compile(rf"^(?P<english>[a-z]{{3,9}})\.?(?:[-,/]*{_YEAR})?$"),
    re.compile(rf"^{_YEAR}[-/]?(?P<english>[a-z]{{3,9}})\.?$"),
]

_DAY: Final = r"(?:19|20)\d\d(?:[-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月\d{1,2}日|\d{4}(?!\d))"
_Y: Final = r"(?:19|20)\d\d"
_QUANTITY: Final = r"(?![\d.,]|[万千百亿元吨户台个亩头人%]|[kmg]?wh?(?![a-z])|kv)"
_STATED: Final = re.compile(
    rf"(?<![\d.,])(?:({_Y})(?=年|[-—–~至到、/]{{1,2}}{_Y}(?!\d)|[-.](?:0[1-9]|1[0-2])(?!\d)|[)\]_-]|\s(?!\d)|$))|^({_Y}){_QUANTITY}",
    re.IGNORECASE,
)
_SPELLED: Final = re.compile(r"(?:二[〇零○]|一九)[〇零○一二三四五六七八九]{2}(?=年)")
_DIGITS: Final = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_OF_THE_FORM: Final = re.compile(r"^.{0,6}(?:日期|时间|电话|代码|编号|date|tel).{0,2}:", re.IGNORECASE)
"""What states when a form was filled in, or a number: no year of its table."""


_OF_SOMETHING_ELSE: Final = re.compile(
    rf"(?:依据|根据|按照?|参照|自|始于)[^，,。;；]{{0,6}}{_Y}年?|{_Y}年?(?:度|\d{{1,2}}月|第.)?[^，,。;；()（）]{{0,12}}?(?:债券|债|募投|批复|核准|备案|立项"
    r"|文件|开工|竣工|投产|投运|并网|建成|建设|签订|合同|发行|规划|批次|版)"
)
"""A year of a bond, an approval, a commissioning: no year of the readings."""


class Month(NamedTuple):
    """A month as a header names it; its year where the header states one."""

    month: int
    year: int | None = None


def month_of(text: str) -> Month | None:
    """Return the month that a text (without its unit) names, or None."""
    compact = re.sub(r"\s+(?=\D|\d{4}$)|(?<=年)\s+", "", plain(text).lower())
    for match in filter(None, (pattern.match(compact) for pattern in MONTHS)):
        named = match.groupdict()
        month = CHINESE.get(named.get("chinese") or "") or ENGLISH.get(named.get("english") or "")
        month = month or int(named.get("month") or 0)
        if month:
            return Month(month, int(named["year"]) if named.get("year") else None)
    return None


def years_in(text: str) -> set[int]:
    """Return the years that a title or name states: 2025年度, 二〇二五年, 2025; no year of a day, as in 2025-12-31."""
    compact = re.sub(r"\s+(?=[年月日])|(?<=[年月])\s+", "", plain(text))
    if _OF_THE_FORM.match(compact):
        return set()
    without_days = _OF_SOMETHING_ELSE.sub(" ", re.sub(_DAY, " ", compact))
    spelled = {int(word.translate(_DIGITS)) for word in _SPELLED.findall(without_days)}
    return spelled | {int(year) for found in _STATED.findall(without_days) for year in found if year}


def stated_years(texts: Iterable[tuple[str, str]]) -> dict[int, str]:
    """Return each year that the texts state, with where it is stated first; `texts` are pairs of where and what."""
    years: dict[int, str] = {}
    for where, text in texts:
        for year in sorted(years_in(text)):
            years.setdefault(year, where)
    return years


def days_of(year: int, month: int) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a month."""
    return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])
