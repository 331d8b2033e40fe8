"""The parts of the statement as printed: strings, already rounded, in one language."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StatementLine:
    """What the projects of one method amount to, or all of them (is_total); code, here and below: reports.codes."""

    code: str
    method: str
    name: str
    is_total: bool
    project_count: str
    outstanding: str
    undrawn: str
    coverage: str
    reductions: str
    per_million: str
    own_base_year: str
    removals: str
    financed_emissions: str
    emissions_coverage: str
    score: str


@dataclass(frozen=True)
class FinancedProject:
    """A project's financing, and its tonnes: whole, and what the money may claim; container: what its tonnes are."""

    code: str
    position: str
    project_id: str
    name: str
    method: str
    method_title: str
    container: str
    status: str
    denominator: str
    invested: str
    outstanding: str
    undrawn: str
    share: str
    project_tonnes: str
    attributed: str
    project_emissions: str
    financed_emissions: str
    score: str
