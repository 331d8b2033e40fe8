"""What a list of loans states once of all its rows: the bank that filled it in, the day of its balances, currency."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from transforms.deliveries.headers.beside import Texts
from transforms.deliveries.text.months import days_of
from transforms.deliveries.text.statements import currencies, plain, statements, with_round_brackets

_LEGAL: Final = r"(?:股份有限公司|有限责任公司|有限公司)"
_BANK: Final = re.compile(
    rf"^(?P<bank>[\u4e00-\u9fff()]{{2,16}}?(?:银行|信用社|信用合作联社|信用联社){_LEGAL}?"
    r"(?:[\u4e00-\u9fff()]{2,10}?(?:分行|支行|营业部))?)"
)
_BEFORE: Final = re.compile(r"^(?:附件?\d*[:：.、]?|表\d*[:：.、]?|(?:19|20)\d\d年(?:度|末|\d{1,2}月末?)?)+")
_ASIDE: Final = re.compile(r"(?:\([^()]*:[^()]*\))+$")
"""What a title states of its table at its end: 江州银行贷款台账(单位:万元)."""

_DAY: Final = re.compile(r"((?:19|20)\d\d)[年./-](\d{1,2})[月./-](\d{1,2})日?")
_AS_OF: Final = re.compile(r"(?:截至|截止|数据日期|统计日期|余额日期|报表日期)[^\d。;]{0,6}")
_Y: Final = r"(?<!\d)(20\d\d)"
_PACKED: Final = re.compile(rf"{_Y}(0[1-9]|1[0-2])([0-2]\d|3[01])(?!\d)")
_QUARTER: Final = re.compile(rf"{_Y}年?(?:第?([一二三四1-4])季度|[qQ]([1-4]))")
_MONTHS: Final = re.compile(rf"{_Y}(?:年|[-./_])?(?:0?[1-9]|1[0-2])月?(?:[-—–~至到]+)(?:{_Y}年)?(0?[1-9]|1[0-2])月")
_MONTH: Final = re.compile(rf"{_Y}(?:年|[-./_])(0?[1-9]|1[0-2])(?:月(?!\d)|(?![\d月./_-]))|{_Y}(0[1-9]|1[0-2])(?!\d)")
_QUARTERS: Final = "一二三四"
_FILLED_IN: Final = re.compile(r"(?:填报|填表|制表|报送|打印)(?:日期|时间)[^\d。;]{0,6}")
_YEAR_END: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)年(?:末|底)")


def lender_of(texts: Texts, labels: Sequence[str]) -> str | None:
    """Return the one bank that is named as having filled the form in, or that titles begin with; None where two are.

    A name without its legal form is the same bank: 江州银行 of 江州银行股份有限公司.
    """
    names = {name for _, text in texts for name in _banks(plain(text), labels)}
    whole = {name for name in names if not any(_is_short_for(name, other) for other in names)}
    return whole.pop() if len(whole) == 1 else None


def _banks(text: str, labels: Sequence[str]) -> Iterator[str]:
    compact = _ASIDE.sub("", with_round_brackets("".join(text.split())))
    label, colon, value = compact.partition(":")
    if colon and label in labels:
        compact = value
    elif colon:
        return
    match = _BANK.match(_BEFORE.sub("", compact))
    if match:
        yield match["bank"]


def _is_short_for(name: str, other: str) -> bool:
    return name != other and re.fullmatch(rf"{re.escape(name)}{_LEGAL}", other) is not None


def day_of_balances(texts: Texts) -> dt.date | None:
    """Return the one day as of which a list states its balances; None where it states none, or several."""
    days = {day for _, text in texts for day in _days(plain(text))}
    return days.pop() if len(days) == 1 else None


def _days(text: str) -> Iterator[dt.date]:
    compact = "".join(text.split())
    yield from _dated(_AS_OF, compact)
    yield from (dt.date(int(year), 12, 31) for year in _YEAR_END.findall(compact))


def day_of_list(levels: Iterable[Texts]) -> dt.date | None:
    """Return the day that a list states of itself: that of its balances, else the last day of the months it is of.

    levels: texts, those that count first coming first; of one level's days the last counts. When a list was filled in
    counts where nothing else is stated.
    """
    compact = [["".join(plain(text).split()) for _, text in texts] for texts in levels]
    readers = (_days, _last_days, lambda text: _dated(_FILLED_IN, text))
    found = ([day for text in texts for day in reader(text)] for reader in readers for texts in compact)
    return next((max(days) for days in found if days), None)


def _last_days(text: str) -> Iterator[dt.date]:
    """The last days of the quarter or months, or the days, that a title or name speaks of."""
    if _FILLED_IN.search(text):
        return
    for year, last_year, month in _MONTHS.findall(text):
        yield _last_day(last_year or year, int(month))
    rest = _MONTHS.sub(" ", text)
    for day in (_DAY, _PACKED):
        yield from (date for found in day.findall(rest) for date in _day(*found))
        rest = day.sub(" ", rest)
    for year, chinese, number in _QUARTER.findall(rest):
        yield _last_day(year, 3 * (int(number or 0) or (_QUARTERS + "1234").index(chinese) % 4 + 1))
    for year, month, packed_year, packed_month in _MONTH.findall(rest):
        yield _last_day(year or packed_year, int(month or packed_month))


def _last_day(year: str, month: int) -> dt.date:
    return days_of(int(year), month)[1]


def _dated(label: re.Pattern[str], text: str) -> Iterator[dt.date]:
    for found in label.finditer(text):
        if match := _DAY.match(text, found.end()):
            yield from _day(*match.groups())


def _day(year: str, month: str, day: str) -> Iterator[dt.date]:
    try:
        yield dt.date(int(year), int(month), int(day))
    except ValueError:
        return


def currency_of(texts: Texts, beside: Mapping[str, Any]) -> str | None:
    """Return the currency of a list without a column of them: yuan where none is named; None where several are."""
    named = set(currencies(texts, beside))
    named |= {found.currency for found in statements(texts, beside) if found.of == "money" and found.currency}
    return (named or {"CNY"}).pop() if len(named) <= 1 else None
