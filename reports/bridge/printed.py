"""The bridge between two states as people read it: a table, sentences, and its chart, in English and Chinese.

Every number is one of printed steps that add up; this module puts them into words.
"""

import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final, Literal, NamedTuple

from reports import numbers
from reports.charts.series import Bar

WORDS: Final[dict[str, Any]] = tomllib.loads(resources.files(__package__).joinpath("words.toml").read_text("utf-8"))

Lang = Literal["en", "zh"]


class Moved(NamedTuple):
    """A cause, of a factor the parameter, and the tonnes that are printed of it."""

    cause: str
    parameter_id: str
    tonnes: float


class Named(NamedTuple):
    """A state as it was asked for, and the period that is looked at."""

    name: str
    period: str

    def label(self, lang: Lang) -> str:
        """Return both, of an edition its number; the period alone where it was asked for by name."""
        if self.name == self.period:
            return self.period
        words = WORDS["edition" if "/" in self.name else "state"][lang]
        return str(words.format(number=self.name.rpartition("/")[2], **self._asdict()))


class Subject(NamedTuple):
    """A lender or project, or the whole book (an empty name), with the tonnes that are printed."""

    name: str
    before: float
    after: float
    moved: Sequence[Moved]

    @property
    def difference(self) -> float:
        """Return the sum of what is printed of the causes."""
        return round(self.after - self.before, numbers.TONNES_PLACES)


@dataclass(frozen=True)
class Bridge:
    """What is printed of a bridge: the names of both states, the rule, coverages, the whole book, and its parts."""

    before: Named
    after: Named
    basis: str | None
    profile: str | None
    coverages: tuple[float | None, float | None]
    whole: Subject
    parts: Sequence[Subject]

    def text(self, lang: Lang) -> str:
        """Return heading, table and sentences for the eye."""
        return "\n".join([self._head(lang), "", *self._table(lang), "", *self.sentences(lang)])

    def sentences(self, lang: Lang) -> list[str]:
        """Return what moved by how much, a sentence a cause, and how the numbers add up."""
        whole = self.whole
        places = {
            **self._ends(lang),
            "tonnes_before": numbers.tonnes(whole.before),
            "tonnes_after": numbers.tonnes(whole.after),
            "difference": numbers.signed_tonnes(whole.difference),
        }
        if not whole.moved:
            return [WORDS["same" if whole.difference == 0 else "whole"][lang].format(**places)]
        causes = [
            WORDS["causes"][cause][f"sentence_{lang}"].format(tonnes=numbers.signed_tonnes(tonnes))
            for cause, tonnes in _together(whole)
        ]
        return [WORDS["whole"][lang].format(**places), *causes, WORDS["closing"][lang]]

    def bars(self, lang: Lang) -> list[Bar]:
        """Return the steps of the chart: from the state before over the causes to the state after."""
        steps = [Bar(WORDS["causes"][cause][lang], tonnes) for cause, tonnes in _together(self.whole)]
        return [
            Bar(self.before.label(lang), self.whole.before, True),
            *steps,
            Bar(self.after.label(lang), self.whole.after, True),
        ]

    def title(self, lang: Lang, *, is_cut: bool) -> str:
        """Return the title of the chart; is_cut: its axis does not begin at 0."""
        return str(WORDS["title_cut" if is_cut else "title"][lang].format(**self._ends(lang)))

    def _ends(self, lang: Lang) -> dict[str, str]:
        return {"before": self.before.label(lang), "after": self.after.label(lang)}

    def _head(self, lang: Lang) -> str:
        rule = WORDS["profile"][lang].format(name=self.profile) if self.profile else WORDS["bases"][self.basis][lang]
        covered = dict(zip(("coverage_before", "coverage_after"), map(numbers.per_cent, self.coverages), strict=True))
        return str(WORDS["head"][lang].format(**self._ends(lang), rule=rule, **covered))

    def _table(self, lang: Lang) -> Iterator[str]:
        rows = [WORDS["columns"][lang].split("|")]
        for subject in self.parts:
            name = subject.name or WORDS["book"][lang]
            rows.append([name, self.before.label(lang), "", numbers.tonnes(subject.before)])
            rows += [
                [name, WORDS["causes"][cause][lang], parameter, numbers.signed_tonnes(tonnes)]
                for cause, parameter, tonnes in subject.moved
            ]
            rows.append([name, self.after.label(lang), "", numbers.tonnes(subject.after)])
        widths = [max(_width(row[at]) for row in rows) for at in range(len(rows[0]))]
        for row in rows:
            cells = enumerate(zip(row, widths, strict=True), start=1)
            yield "  ".join(_padded(cell, width, is_number=at == len(row)) for at, (cell, width) in cells)


def _width(text: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _padded(text: str, width: int, *, is_number: bool) -> str:
    room = " " * (width - _width(text))
    return f"{room}{text}" if is_number else f"{text}{room}"


def _together(subject: Subject) -> list[tuple[str, float]]:
    """The causes of a subject, its factors as one, in their order."""
    sums: dict[str, float] = {}
    for cause, _, tonnes in subject.moved:
        sums[cause] = round(sums.get(cause, 0.0) + tonnes, numbers.TONNES_PLACES)
    return list(sums.items())
