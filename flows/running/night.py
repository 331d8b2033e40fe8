"""The projects of a night: those that have not changed are taken over, the others are worked out (ADR 46)."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Final, NamedTuple, cast

import polars as pl

from flows.gates.predecessor import THEIRS
from flows.running.earlier import Group, Keeping, Part
from flows.running.engines.engine import Engine, WorkedOut
from flows.running.engines.local import worked_out
from flows.running.run_record import say
from flows.warehouse.candidate import Building
from flows.warehouse.taken_over import taken
from schemas.between.sums import KeptProject, ProjectFlag
from schemas.catalog import TABLES, Published
from schemas.contract import DataFrame, conform, unchecked
from schemas.deliveries import Project
from schemas.runs import Flag
from schemas.uncertainty import MonteCarloCheck
from transforms.computation.compute import SUMMED, sums_again
from transforms.computation.dealing import buckets_of, only, weighed_projects
from transforms.computation.facts import Facts
from transforms.computation.inputs import dated_ahead, narrowed, project_inputs
from transforms.computation.whole import Sums
from transforms.deliveries.book.book import Book
from transforms.ground.calendar import last_of_month
from transforms.ground.reference import Reference
from transforms.uncertainty.monte_carlo import drawable_together, undrawn

ADDED_UP: Final = {"mart.attributed_reductions": "length(period) = 4 AND basis IS NOT NULL"}
"""The rows of a table that are added up, where it is not all of them (outcomes.yearly_sums)."""

CHECKS: Final = "mart.monte_carlo_checks"
OF_DRAWING: Final = ["project_id", "calendar_year", "draws_count"]


class Taken(NamedTuple):
    """What projects that are taken over add to the night's tables."""

    flags: DataFrame[Flag]
    sums: Sums


class Night:
    """A book as known on a day, of which projects are taken over from the night before."""

    def __init__(self, book: Book, reference: Reference, facts: Facts, keeping: Keeping) -> None:
        self._reference, self._facts, self._keeping = reference, facts, keeping
        self._given = narrowed(book, facts, last_of_month(facts.until))
        self._dated = dated_ahead(book, facts.until)
        self.drawn = MonteCarloCheck.empty_frame()

    @cached_property
    def _kept(self) -> DataFrame[KeptProject]:
        """Every project of which what is worked out tonight may be kept; of which part is not known yet."""
        inputs = project_inputs(self._given, self._reference, self._keeping.salt)
        passed = pl.concat([self._dated, _of_two_meanings(self._given.book)])
        known = inputs.filter(~pl.col("project_id").is_in(passed.implode()))
        weighed = known.join(weighed_projects(self._given.book), on="project_id", maintain_order="left")
        return conform(weighed.with_columns(part_number=0), KeptProject)

    @cached_property
    def _unchanged(self) -> DataFrame[KeptProject]:
        return self._keeping.unchanged(self._kept)

    def taken_over(self, made: Building) -> Iterator[Taken]:
        """Write the rows of unchanged projects into the candidate, and yield what they add, some at a time."""
        if self._keeping.is_empty:
            return
        projects, book = self._unchanged["project_id"], self._given.book
        loans = book.tables["loans"].filter(pl.col("project_id").is_in(projects.implode()))["loan_id"]
        made.take_over(self._keeping.marts, taken(projects, loans, self._facts.confirmations))
        count = book.tables["projects"]["project_id"].n_unique()
        say(f"took {projects.len()} of {count} projects over, which have not changed")
        for group in self._keeping.groups(self._unchanged):
            yield self._taken(group, made)
        self.drawn = conform(made.rows_before(CHECKS, ["*"], THEIRS, {"projects": projects.to_list()}), MonteCarloCheck)

    def _taken(self, group: Group, made: Building) -> Taken:
        part = self._keeping.part(group)
        if group.is_whole:
            self._keeping.leave(group)
        else:
            self._keeping.keep(group.projects, part)
        names = group.projects["project_id"]
        marts = {name: _summed(name, names, made) for name in SUMMED}
        projects = self._given.book.tables["projects"]
        own = unchecked(projects.filter(pl.col("project_id").is_in(names.implode())), Project)
        sums = sums_again(cast("Published", marts), own, part.addends, self._facts)
        return Taken(unchecked(part.flags.select(Flag.columns()), Flag), sums)

    def worked_out(self, engine: Engine) -> Iterator[WorkedOut]:
        """Yield the other projects as they are worked out, a bucket at a time."""
        book, facts = self._given
        over, every = self._unchanged["project_id"], book.tables["projects"]["project_id"]
        undated = buckets_of(book, but=pl.concat([over, self._dated]))
        dated = buckets_of(book, but=every.filter(~every.is_in(self._dated.implode())))
        for known, buckets in ((facts, undated), (replace(facts, until=self._facts.until), dated)):
            if buckets.is_empty() and not (every.is_empty() and buckets is undated):
                continue
            count = buckets["bucket"].n_unique()
            for number, bucket in enumerate(engine(book, self._reference, known, buckets), start=1):
                if count > 1:
                    say(f"worked out {number} of {count} sets of projects: {bucket.loan_count} loans")
                self._keep(bucket)
                yield bucket
                del bucket  # before the next one is worked out

    def with_all_drawn(self, sums: Sums) -> Sums:
        """Return the sums with the inputs of all that is drawn, and leave of what was drawn before what is still asked.

        A project that has not changed is drawn for the first time where another one is not there any more.
        """
        asked = sums.drawable.asked
        self.drawn = unchecked(self.drawn.join(asked, on=OF_DRAWING, how="semi"), MonteCarloCheck)
        lacking = undrawn(sums.drawable, self.drawn)
        if lacking.is_empty():
            return sums
        book, facts = self._given
        more = worked_out(only(book, lacking), self._reference, facts).sums.drawable
        return sums._replace(drawable=drawable_together([sums.drawable, more]))

    def _keep(self, bucket: WorkedOut) -> None:
        """Keep what a bucket adds, but for projects of two meanings; not where a flag is of none of its projects."""
        loans = self._given.book.tables["loans"].select("project_id", subject="loan_id")
        every = pl.DataFrame({"project_id": sorted(bucket.projects)}, schema={"project_id": pl.String})
        subjects = pl.concat([every.with_columns(subject="project_id"), loans.join(every, on="project_id", how="semi")])
        own = self._kept.join(every, on="project_id", how="semi", maintain_order="left")
        if not bucket.flags.join(subjects, on="subject", how="anti").is_empty():
            return
        flags = bucket.flags.join(subjects, on="subject", maintain_order="left")
        part = Part(conform(flags, ProjectFlag), bucket.addends)
        self._keeping.keep(own, part if own.height == every.height else part.of(own["project_id"]), bucket.marts)


def _of_two_meanings(book: Book) -> pl.Series:
    """Projects that have the name of a loan of another one, and those of such loans: a flag may be of either."""
    named = book.tables["projects"].select(loan_id="project_id")
    both = book.tables["loans"].join(named, on="loan_id", how="semi").filter(pl.col("loan_id") != pl.col("project_id"))
    return pl.concat([both["loan_id"], both["project_id"]]).alias("project_id")


def _summed(name: str, projects: pl.Series, made: Building) -> pl.DataFrame:
    """What is added up of a table: the rows of the projects as they were published before."""
    condition = f"{THEIRS} AND {ADDED_UP.get(name, 'true')}"
    rows = made.rows_before(name, SUMMED[name], condition, {"projects": projects.to_list()})
    schema = TABLES[name].polars_schema()
    return rows.select(pl.col(column).cast(schema[column]) for column in SUMMED[name])
