"""Words for what is not done or not measured: titles that speak of a plan, remarks that call readings estimates."""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Final

from transforms.deliveries.text.statements import plain
from transforms.ground.aliases import Aliases

LONGEST_TITLE: Final = 40
"""Characters; a longer text on a cover or in a margin explains how to fill the form in."""

AS_A_TITLE: Final = re.compile(
    r"(?:计划|规划|预测|预计|预算|预估|plan|forecast|budget)(?:数据?|书|表|汇总|统计|明细|清单|情况|报告|一览)*(?:\([^()]*\))?$"
    r"|(?:计划|预测|预计|预算|预估)(?:发电|上网|用电|电量|产量|供热|投放|放款|还款|信贷)",
    re.IGNORECASE,
)
ESTIMATE: Final = re.compile(
    r"(?<![无非不未])(?<!不含)(?:预估|估算|估计|估读|估抄|暂估|推算|测算|预测|预报|计划(?:数|值|电量|发电|上网|口径|$|[,。;、)])"
    r"|快报|未经?审[核计定]|待[^,。;]{0,8}(?:结算|核实|确认|审核|核定)|未结算|暂定|暂列|初步(?:数|统计|核算)"
    r"|同期(?:数|值|电量|水平)?(?:计列|代替|替代|填报)"
    r"|预计(?!\d|[^,。;]{0,8}(?:恢复|完成|投产|检修|并网|复工|更换|竣工|消缺))|(?<![a-z])(?:estimate[ds]?|forecast|provisional|preliminary|unaudited|planned)(?![a-z]))",
    re.IGNORECASE,
)
"""No plan of work: 计划检修, 非计划停运, 预计12月恢复."""

UNDONE: Final = re.compile(
    r"作废|冲销|冲正|冲回|红冲|抹账|已撤销|重复(?:记账|录入|入账|登记|报送|数据)|误(?:录|记|报)|错账|录入错误|记账错误|^无效$"
    r"|(?<![a-z])(?:void|voided|cancell?ed|reversed|duplicate)(?![a-z])",
    re.IGNORECASE,
)
NOT_UNDONE: Final = re.compile(
    r"已?(?:冲正|冲销|更正|改正|纠正)(?:的|了)?[^,。;]{0,4}(?:错误|差错|错账|重复)"
    r"|(?:错误|差错|错账|重复(?:记账|录入|入账|登记|报送|数据)|误(?:录|记|报))[^,。;]{0,4}已(?:冲正|冲销|更正|改正|纠正|删除|调整|处理)"
    r"|[无非未不没][^,。;]{0,3}(?:作废|冲正|冲销|冲回|重复|误[录记报]|错账|录入错误|记账错误)|原[^,。;]{0,10}(?:作废|冲销|冲正)"
)
"""Words that speak of an error which is mended, or of none: 已冲正错误, 无重复记账, 原借据作废."""

OF_MONTHS: Final = re.compile(
    r"^(?P<months>\d[\d月份、,和及与/\-—–~至到\s]*月份?)(?:的?(?:数据|电量|数值|读数|数))?(?:均|都|暂)?(?:为|是|系|按)?[^\d月]{1,12}$"
)
_RANGE: Final = re.compile(r"(\d{1,2})(?:月份?)?\s*[-—–~至到]+\s*(\d{1,2})")


def speaks_of_plans(text: str, aliases: Aliases) -> bool:
    """Return whether a text has a word for what is to come; who filled a form in (制表部门：计划部) is not a title."""
    words = plain(text).lower()
    if ":" in words and words.partition(":")[0] in {*aliases.beside["remark_labels"], *aliases.lists["lender_labels"]}:
        return False
    for harmless in aliases.lists["no_plans"]:
        words = words.replace(harmless, "")
    patterns = (rf"(?<![a-z]){word}(?![a-z])" if word.isascii() else word for word in aliases.lists["plans"])
    return re.search("|".join(patterns), words) is not None


def is_title_of_plans(text: str, aliases: Aliases) -> bool:
    """Return whether a text of a cover or margin is the title of a plan: 2025年发电量计划表."""
    compact = "".join(plain(text).split())
    return (
        len(compact) <= LONGEST_TITLE and AS_A_TITLE.search(compact) is not None and speaks_of_plans(compact, aliases)
    )


@lru_cache(maxsize=4096)
def says_undone(text: str) -> bool:
    """Return whether a remark says that its row does not hold: 作废, 已冲销, 重复记账."""
    return UNDONE.search(NOT_UNDONE.sub("", "".join(plain(text).split()))) is not None


def estimated(text: str, months: Mapping[int, int]) -> Collection[int]:
    """Return which columns a remark calls estimates, plans or void: those of the months that it names, else all.

    months: each column's month.
    """
    remark = plain(text)
    if not ESTIMATE.search("".join(remark.split())) and not says_undone(remark):
        return ()
    label, colon, rest = remark.partition(":")
    match = OF_MONTHS.match((rest if colon and not re.search(r"\d", label) else remark).strip("。;. "))
    if match is None:
        return tuple(months)
    return tuple(at for at, month in months.items() if month in _months(match["months"])) or tuple(months)


def _months(text: str) -> set[int]:
    named = {int(number) for number in re.findall(r"\d{1,2}", text)}
    return named.union(*(range(int(first), int(last) + 1) for first, last in _RANGE.findall(text)))
