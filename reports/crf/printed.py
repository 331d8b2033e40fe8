"""The parts of the carbon-reduction-loan disclosure as printed: strings, already rounded, in one language."""

from dataclasses import dataclass
from typing import NamedTuple


class FieldName(NamedTuple):
    """A field of the carbon reduction facility: its id in `crf_field` and its names."""

    field_id: str
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class Formulas:
    """The share rule, what is expected of a promise, and its gap, each as `name = body`."""

    share: str
    expected: str
    gap: str


@dataclass(frozen=True)
class Cells:
    """One field in one window: projects, 万元, per cent, tonnes, and how much of the money has a figure.

    code, here and in every other row: reports.codes.
    """

    code: str
    project_count: str
    disbursed_wan: str
    weighted_rate_pct: str
    reductions: str
    headline_reductions: str
    coverage: str


@dataclass(frozen=True)
class FieldLine:
    """A row of the table: a field (empty name: the total) and its cells, one per window."""

    field_id: str
    name: str
    is_total: bool
    windows: tuple[Cells, ...]


@dataclass(frozen=True)
class Span:
    """First and last day of a window."""

    from_date: str
    to_date: str


@dataclass(frozen=True)
class Effect:
    """A project named for its effect, with its tonnes; is_building: it did not operate by the period's end."""

    code: str
    name: str
    reductions: str
    is_building: bool


@dataclass(frozen=True)
class ProjectLine:
    """A row of the project list; is_building: its tonnes are a promise, as it did not operate by the period's end."""

    code: str
    position: str
    name: str
    project_id: str
    field: str
    method: str
    disbursed_wan: str
    total_investment_wan: str
    share: str
    annual_reductions: str
    attributed_reductions: str
    promised: str
    expected: str
    expected_range: str
    kind: str
    measured: str
    gap: str
    status: str
    is_building: bool


@dataclass(frozen=True)
class FlagLine:
    """What a reader must know before using a figure."""

    name: str
    subject: str
    message: str


@dataclass(frozen=True)
class VerifiedLine:
    """A verified monitoring period of a project, beside the figure of the same days."""

    code: str
    name: str
    from_date: str
    to_date: str
    scheme: str
    verifier: str
    document: str
    verified: str
    measured: str
    status: str
