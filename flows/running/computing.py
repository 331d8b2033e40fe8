"""The computation of a night: bucket after bucket of projects, each written as it is worked out, then the whole."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple, cast

import polars as pl

from flows.gates.predecessor import OF_PROJECTS, Predecessor, compared_with_none
from flows.reference.tables import printed_sentences
from flows.running.earlier import Keeping, nothing_kept
from flows.running.engines.engine import Engine
from flows.running.engines.local import on_this_machine
from flows.running.night import Night
from flows.warehouse.candidate import Building
from flows.warehouse.reading import UNREADABLE
from schemas.between.answers import DisclosedProject, MovedFigure
from schemas.between.bridge import TouchedQuarter
from schemas.between.sums import AttributedSum, ClosingSum
from schemas.catalog import TABLES, Published, frames_of
from schemas.contract import DataFrame, stacked
from schemas.reference import Parameter
from schemas.runs import Flag, Restatement
from transforms.answers.restatement_causes import CAUSE_TABLES
from transforms.answers.restatements import (
    FIGURES,
    disclosed_otherwise,
    moved_figures,
    restatements,
    restatements_of_the_whole,
)
from transforms.bridge.marts import touched_quarters
from transforms.computation.dealing import SPLIT
from transforms.computation.facts import Facts, facts_of
from transforms.computation.whole import Sums, compute_whole, sums_together
from transforms.deliveries.book.book import Book
from transforms.ground.calendar import beijing_date
from transforms.ground.reference import Reference


class Written(NamedTuple):
    """What a night computed beside the marts that it wrote.

    restated: what the file published before carries, and what this night states anew; touched: the projects' quarters
    of which loans may claim other tonnes than it has; problem: why that file could
    not be compared with.
    """

    facts: Facts
    flags: DataFrame[Flag]
    closing: DataFrame[ClosingSum]
    attributed: DataFrame[AttributedSum]
    restated: DataFrame[Restatement]
    touched: DataFrame[TouchedQuarter]
    problem: str | None


def write_marts(  # noqa: PLR0913, PLR0917 - what is known, of when, where it goes, beside what, and who works it out
    book: Book,
    reference: Reference,
    known_at: dt.datetime,
    made: Building,
    before: Predecessor,
    engine: Engine = on_this_machine,
    keeping: Keeping | None = None,
) -> Written:
    """Work out the book as known at the moment, and write its marts into the candidate.

    keeping: what the night before kept; the candidate is built beside what that one published, if it is not empty.
    """
    facts = facts_of(book, reference, beijing_date(known_at))
    night = Night(book, reference, facts, keeping or nothing_kept())
    sums, flags, compared = list[Sums](), list[DataFrame[Flag]](), Comparison(before, book, facts.parameters)
    for done in night.taken_over(made):
        sums = [sums_together([*sums, done.sums])]  # one that holds all so far
        flags.append(done.flags)
    for bucket in night.worked_out(engine):
        for name, rows in frames_of(bucket.marts).items():
            made.add(name, rows)
        sums = [sums_together([*sums, bucket.sums])]
        flags.append(bucket.flags)
        compared.add(bucket.projects, bucket.marts)
        del bucket  # before the next one is worked out
    compared.add_gone()
    together = night.with_all_drawn(sums_together(sums))
    whole = compute_whole(book, reference, facts, together, night.drawn)
    for name, rows in frames_of(whole.marts).items():
        made.add(name, rows)
    return Written(
        facts,
        stacked([*flags, whole.flags]),
        together.closing,
        together.attributed,
        compared.restated(book, made, known_at, whole.marts),
        stacked(compared.touched),
        compared.problem,
    )


class Comparison:
    """The figures of the candidate beside those published before, a bucket at a time."""

    def __init__(self, before: Predecessor, book: Book, parameters: DataFrame[Parameter]) -> None:
        self._before, self._parameters = before, parameters
        self._gone = before.projects - set(book.tables["projects"]["project_id"])
        self._moved = [MovedFigure.empty_frame()]
        self._disclosed = [DisclosedProject.empty_frame()]
        self.touched = [TouchedQuarter.empty_frame()]
        self.problem = before.problem

    def add(self, projects: frozenset[str], marts: Published) -> None:
        """Compare the figures of some projects, and with the first ones what the book does not have any more."""
        if self._before.moment is None or self.problem:
            return
        asked, self._gone = projects | self._gone, frozenset()
        try:
            published = self._before.figures(asked)
        except UNREADABLE as error:
            self.problem = compared_with_none(error)
            return
        own = {name: rows for name, rows in frames_of(marts).items() if name in FIGURES}
        self._moved.append(moved_figures(published, own))
        self._disclosed.append(disclosed_otherwise(published, own))
        self.touched.append(touched_quarters(published, own, beijing_date(self._before.moment)))

    def add_gone(self) -> None:
        """Compare what the book does not have any more, where nothing else was compared: the others are as before."""
        if self._gone:
            self.add(frozenset(), cast("Published", {name: TABLES[name].empty_frame() for name in FIGURES}))

    def restated(self, book: Book, made: Building, known_at: dt.datetime, whole: Published) -> DataFrame[Restatement]:
        """Return what the file published before carries, and what moved since with its cause.

        whole: the marts that add projects up.
        """
        if self._before.moment is None or self.problem:
            return self._before.restated
        try:
            sums = moved_figures(self._before.figures_of_the_whole(), frames_of(whole))
            of_projects = self._of_projects(book, made, known_at)
        except UNREADABLE as error:
            self.problem = compared_with_none(error)
            return self._before.restated
        of_sums = restatements_of_the_whole(sums, stacked(self._disclosed), known_at, printed_sentences())
        return stacked([self._before.restated, of_projects, of_sums])

    def _of_projects(self, book: Book, made: Building, known_at: dt.datetime) -> DataFrame[Restatement]:
        moved = stacked(self._moved)
        if moved.is_empty():
            return Restatement.empty_frame()
        projects = moved["subject"].unique().to_list()
        loans = book.tables["loans"].filter(pl.col("project_id").is_in(projects))["loan_id"].to_list()
        read_before = self._before.read_by(projects, loans)
        read_now = _read_now(book, made, projects, loans, read_before) | {"core.parameters": self._parameters}
        return restatements(moved, read_before, read_now, known_at, printed_sentences())


def _read_now(
    book: Book, made: Building, projects: list[str], loans: list[str], before: Mapping[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """What figures of the projects are worked out from; of loans those that are theirs now or were before."""
    theirs = [*loans, *(before["core.loans"]["loan_id"] if "core.loans" in before else [])]
    tables = frames_of(book.tables)
    kept = {name: pl.col("project_id").is_in(projects) for name, key in SPLIT.items() if key == "project_id"}
    kept |= dict.fromkeys(("loans", "ledger"), pl.col("loan_id").is_in(theirs))
    core = {f"core.{name}": tables[name].filter(kept.get(name, pl.lit(True))) for name in CAUSE_TABLES}
    uses = made.rows("mart.parameter_uses", OF_PROJECTS["mart.parameter_uses"], {"projects": projects})
    return {**core, "mart.parameter_uses": uses}
