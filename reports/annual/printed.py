"""The parts of the chapters as printed: strings, already rounded, in one language."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BalanceLine:
    """What was outstanding of a kind of projects at a year's end; code, here and below: reports.codes."""

    code: str
    year: str
    method: str
    name: str
    is_total: bool
    project_count: str
    outstanding: str
    growth: str


@dataclass(frozen=True)
class KindLine:
    """What a kind of projects emitted and reduced in the year, of the money outstanding on average."""

    code: str
    method: str
    name: str
    is_total: bool
    outstanding: str
    coverage: str
    reductions: str
    own_base_year: str
    removals: str
    financed_emissions: str
    emissions_coverage: str
    score: str
    emissions_per_million: str


@dataclass(frozen=True)
class KeyProject:
    """A project with its tonnes: whole, and what the money may claim; container: what its tonnes are."""

    code: str
    position: str
    project_id: str
    name: str
    method_title: str
    container: str
    status: str
    outstanding: str
    share: str
    project_tonnes: str
    attributed: str
    project_emissions: str
    financed_emissions: str
    score: str
