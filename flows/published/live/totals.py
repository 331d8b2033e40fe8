"""The sheets that a reader begins with: how to use the workbook, and the totals with what is chosen."""

from typing import Final, NamedTuple

from flows.published.live.attribution import Attribution
from flows.published.live.contents import Contents
from flows.published.live.grid import SHEETS, Book, Cell, Formula, Given, Sheet, call, text
from flows.published.live.months import Months
from flows.published.live.places import difference
from flows.published.live.rules import Choice, places_of

WORDS: Final = SHEETS["totals"]
LINES: Final = 5
"""Rows above the heads: what is chosen, and what differs most."""

CHOSEN: Final = 4
"""The row of the chosen rule; that of the period follows."""

VALUE: Final = 2
"""The column of what is chosen, behind its name in both languages."""


class Chosen(NamedTuple):
    """The names of the cells in which a reader chooses."""

    rule: str
    period: str


def write_start(book: Book) -> None:
    """Write how the workbook is used."""
    sheet = book.sheet("start")
    for at, (chinese, english) in enumerate(SHEETS["start"]["guide"], start=sheet.next):
        sheet.prose(at, chinese, english)


def write_choice(book: Book, sheet: Sheet, contents: Contents) -> Chosen:
    """Write the cells in which a reader chooses a rule and a period; the first period is what the pack is of."""
    names = []
    for at, (name, value) in enumerate(
        (("rule", contents.rules[0]["rule_name"]), ("period", contents.windows[0].period.name))
    ):
        for column, words in enumerate(WORDS[name]):
            sheet.note(CHOSEN + at, column, words, is_bold=True)
        names.append(book.named(f"chosen_{name}", sheet.put(CHOSEN + at, VALUE, Given(value), "text")))
    return Chosen(*names)


def offer(sheet: Sheet, rules: Sheet, periods: Sheet, contents: Contents, choice: Choice) -> None:
    """Let the reader choose among the rules and periods that there are; beside the rule is what it is called."""
    for at, name in enumerate(("chinese_title", "title"), start=VALUE + 1):
        sheet.put(CHOSEN, at, Formula(choice.rule[name]), "text")
    sheet.offer(CHOSEN, VALUE, places_of(rules, len(contents.rules)))
    sheet.offer(CHOSEN + 1, VALUE, places_of(periods, len(contents.windows)))


class Written(NamedTuple):
    """The sheets that totals are of."""

    months: Months
    attribution: Attribution
    choice: Choice


def write_totals(sheet: Sheet, contents: Contents, written: Written) -> None:
    """Write the lenders of each container, their total, and what differs most."""
    lenders = sorted({one["lender"] for one in contents.loans if contents.lender in {None, one["lender"]}})
    for container in sorted({contents.containers[one["project_id"]] for one in contents.loans}):
        first = sheet.next
        for lender in lenders:
            _write(sheet, container, lender, written, _of_lender(written, container, lender))
        rows = (first, sheet.last)
        sums = {name: call("SUM", sheet.span(name, rows)) for name in ("loans", "attributed", "published")}
        _write(sheet, container, " ".join(WORDS["all"]), written, sums)
    _write_largest(sheet, written)


def _write(sheet: Sheet, container: str, lender: str, written: Written, sums: dict[str, str]) -> None:
    here = {name: sheet.here(name) for name in ("attributed", "published")}
    units = [text(" ".join(WORDS[name])) for name in ("a_year", "in_period")]
    cells: dict[str, Cell] = {name: Formula(total) for name, total in sums.items()}
    sheet.write(
        container=container,
        lender=lender,
        **cells,
        unit=Formula(call("IF", written.choice.rule["is_per_year"], *units)),
        difference=difference(here["attributed"], here["published"]),
    )


def _of_lender(written: Written, container: str, lender: str) -> dict[str, str]:
    sheet = written.attribution.sheet
    rows = (sheet.first, sheet.last)
    of_lender = [
        *(sheet.span("container", rows), text(container)),
        *(sheet.span("lender", rows), text(lender)),
    ]
    summed = {"attributed": "counted", "published": "known_published"}
    return {
        "loans": call("COUNTIFS", *of_lender, sheet.span("is_in_scope", rows), "TRUE"),
        **{name: call("SUMIFS", sheet.span(column, rows), *of_lender) for name, column in summed.items()},
    }


def _write_largest(sheet: Sheet, written: Written) -> None:
    differing = {"largest_of_months": written.months.sheet, "largest_of_loans": written.attribution.sheet}
    for at, (name, one) in enumerate(differing.items(), start=CHOSEN + 2):
        for column, words in enumerate(WORDS[name]):
            sheet.note(at, column, words)
        span = one.span("difference", (one.first, max(one.first, one.last)))
        largest = call("MAX", call("MAX", span), call("ABS", call("MIN", span)))
        sheet.put(at, VALUE, Formula(largest), "value")
