"""The sheets of rules and periods; the first row of each is what the reader chose, and its cells have names."""

from collections.abc import Mapping
from typing import NamedTuple

from flows.published.live.contents import Contents
from flows.published.live.grid import SHEETS, Book, Cell, Formula, Sheet, call
from flows.published.live.money import COUNTED, FACILITY, money_column, scope_of
from flows.published.live.places import of_row
from schemas.words.bases import BALANCE_BASES
from transforms.ground.calendar import year_to
from transforms.receipts.steps import Row


class Choice(NamedTuple):
    """Where the cells are of the chosen rule and period, by their columns."""

    rule: Mapping[str, str]
    period: Mapping[str, str]


def write_rules(book: Book, sheet: Sheet, contents: Contents, chosen: str) -> Mapping[str, str]:
    """Write all rules; return the names of the chosen one's cells."""
    rows = [_rule(number, row, contents) for number, row in enumerate(contents.rules, start=1)]
    return _with_choice(book, sheet, rows, chosen, "rule")


def write_periods(book: Book, sheet: Sheet, contents: Contents, chosen: str) -> Mapping[str, str]:
    """Write all periods; return the names of the chosen one's cells."""
    rows: list[dict[str, Cell]] = [
        {
            "period": one.period.name,
            "number": number,
            "first": one.period.first,
            "last": one.period.last,
            "year_from": year_to(one.period).first,
        }
        for number, one in enumerate(contents.windows, start=1)
    ]
    return _with_choice(book, sheet, rows, chosen, "period")


def places_of(sheet: Sheet, count: int) -> str:
    """Return where the names are that a reader chooses among."""
    return sheet.span(next(iter(sheet.holds)), (sheet.first + 1, sheet.first + count))


def _with_choice(book: Book, sheet: Sheet, rows: list[dict[str, Cell]], chosen: str, prefix: str) -> Mapping[str, str]:
    by, *others = sheet.holds
    span = (sheet.first + 1, sheet.first + len(rows))
    row = call("MATCH", chosen, sheet.span(by, span), 0)
    found = {name: Formula(of_row(sheet.span(name, span), row)) for name in others}
    at = sheet.write(**{by: Formula(chosen), **found})
    for each in rows:
        sheet.write(**each)
    return {name: book.named(f"{prefix}_{name}", sheet.at(name, at)) for name in sheet.holds}


def _rule(number: int, row: Row, contents: Contents) -> dict[str, Cell]:
    name = row["rule_name"]
    rule, profile = contents.rule_of[name], contents.profiles.get(name, {})
    plain = SHEETS["rules"]["names"].get(name, "")
    return {
        "rule": name,
        "chinese_title": profile.get("title_zh", plain),
        "title": profile.get("title_en", name),
        "number": number,
        "money": COUNTED.index(money_column(rule)) + 1,
        "is_flow": rule.is_flow,
        "is_facility": row["is_facility_only"],
        "facility": ["", FACILITY].index(scope_of(rule)) + 1,
        "is_matched": row["is_matched"],
        "denominator": row["denominator"],
        "is_per_year": row["is_per_year"],
        "is_operating_only": row["is_operating_only"],
        "is_zero_where_mandated": row["is_zero_where_mandated"],
        "is_formula_instead": row["is_formula_where_no_promise"],
        "is_of_all_containers": name in BALANCE_BASES,
    }
