"""The live workbook: its sheets in their order, each written once what it rests on has its place."""

from flows.published.live.attribution import Attribution
from flows.published.live.contents import Contents
from flows.published.live.grid import Book, Sheet
from flows.published.live.money import MatchedMonths, Rates, write_money, write_published
from flows.published.live.months import Months, write_tonnes
from flows.published.live.projects import Projects
from flows.published.live.rules import Choice, write_periods, write_rules
from flows.published.live.totals import LINES, Written, offer, write_choice, write_start, write_totals


def live_workbook(contents: Contents) -> bytes:
    """Return the XLSX; raises SheetFullError for a book that a sheet cannot hold."""
    with Book() as book:
        write_start(book)
        totals = book.sheet("totals", lines=LINES)
        rules, periods = book.sheet("rules"), book.sheet("periods")
        chosen = write_choice(book, totals, contents)
        choice = Choice(
            write_rules(book, rules, contents, chosen.rule), write_periods(book, periods, contents, chosen.period)
        )
        offer(totals, rules, periods, contents, choice)
        _write_book(book, contents, choice, totals)
    return book.content


def _write_book(book: Book, contents: Contents, choice: Choice, totals: Sheet) -> None:
    attributed = book.sheet("attribution")
    stated = book.sheet("projects")
    months = Months(book, contents)
    tonnes = book.sheet("tonnes")
    rates = Rates(book, contents)
    rules = {name: (name, name, "tonnes") for name in contents.rule_of}
    sources = {"money": book.sheet("money"), "published": book.sheet("published", rules)}
    matched = MatchedMonths(book.sheet("matched"), contents, months)
    projects = Projects(stated, contents, tonnes, rates, choice)
    months.write({one["project_id"]: projects.at(one["project_id"], "promise") for one in contents.projects})
    write_tonnes(tonnes, contents, months)
    write_money(sources["money"], contents)
    write_published(sources["published"], contents)
    attribution = Attribution(attributed, contents, sources, rates)
    projects.write(attribution.claims())
    attribution.write(projects, matched, choice)
    write_totals(totals, contents, Written(months, attribution, choice))
    for sheet in (attributed, stated, months.sheet, months.inputs.factors.sheet, months.inputs.readings.sheet):
        sheet.filtered()
