"""Words that decide what becomes of a figure, and that the program has fixed: a weaker one would let it pass unseen."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from flows.reference.checks.consequences import Absent, Fault
from flows.reference.checks.read import Read, texts
from schemas.reference import WITHOUT_FORMULA
from transforms.methods.catalog import METHODS


class Fixed(NamedTuple):
    """Sections of a file, a key of theirs, and the names of the sections by the word under the key."""

    file: str
    key: str
    names: Mapping[str, str]

    def word_of(self, section: str) -> str | None:
        """Return the word that the section must hold, None where it is free."""
        return next((word for word, names in self.names.items() if section in names.split()), None)


OF_OTHER_CONTAINERS: Final[Mapping[str, str]] = {
    "removals": "forest_stock_change afforestation bamboo reported_removals",
    "own_base_year": "transition_intensity",
}
OF_NO_FORMULA: Final[Mapping[str, str]] = {"reported": "reported reported_removals", "none": "none"}
AVOIDING: Final = METHODS.keys() - " ".join(OF_OTHER_CONTAINERS.values()).split()
FIXED: Final = (
    Fixed(
        "plausibility.toml",
        "action",
        {
            "refuse": "capacity_factor",
            "flag": """
                pv_full_load_hours heat_over_fuel_heat boiler_efficiency steam_enthalpy co2_per_tce
                tonnes_per_10000_yuan forest_removals_per_mu
            """,
        },
    ),
    Fixed(
        "judgements.toml",
        "family",
        {
            "shape": """
                month_over_median month_over_same_month after_a_gap rising_run steep_run frozen_run zero_run
            """,
            "companion": """
                month_over_peers paired_meters shifted_months heat_over_fuel_of_month heat_over_fuel_of_three_months
                electricity_per_heat electricity_per_flow
            """,
            "level": """
                capacity_factor_of_month full_load_hours year_over_design heat_over_capacity_of_month lamp_hours_a_day
                measured_over_promised tonnes_per_investment lent_over_invested investment_per_capacity
                few_tonnes_per_investment sheet_over_investment balance_over_debt investment_of_project
                project_over_baseline removals_of_year_per_mu
            """,
        },
    ),
    Fixed(
        "methods.toml",
        "container",
        {**OF_OTHER_CONTAINERS, "avoided_emissions": " ".join((*WITHOUT_FORMULA, *sorted(AVOIDING)))},
    ),
    Fixed(
        "methods.toml", "kind", {"reported": "reported reported_removals", "none": "none", "formula": " ".join(METHODS)}
    ),
)

RUNGS: Final = frozenset(("verified_reported", "reported", "estimated_activity"))
"""What the program itself names as the evidence of a figure (data_quality.toml); no formula is fed with it."""


def fixed_word_faults(read: Read) -> Iterator[Fault]:
    """Return every word that is another than the program has fixed, and every rung that is missing or misused."""
    for fixed in FIXED:
        for name, section in read.sections(fixed.file):
            word = fixed.word_of(name)
            for held in texts(section.get(fixed.key)) if word else ():
                if held in fixed.names and held != word:
                    what = f"is not the {fixed.key} that the program has fixed for it"
                    yield f"{fixed.file}, [{name}] {fixed.key}: '{held}' {what}; write {word}"
    yield from _rung_faults(read)


def _rung_faults(read: Read) -> Iterator[Fault]:
    rungs = read.names("data_quality.toml", "evidence")
    for rung in sorted(RUNGS - rungs) if rungs else ():
        where = f"data_quality.toml, [evidence.{rung}]"
        text = f"{where}: missing, and the program names it; restore the section"
        yield Absent(rung, "data_quality.toml", "the program", text)
    for name, section in read.sections("methods.toml"):
        for rung in RUNGS.intersection(texts(section.get("evidence"))) & rungs:
            others = ", ".join(sorted(rungs - RUNGS))
            yield f"methods.toml, [{name}] evidence: '{rung}' is not what feeds a formula; write one of {others}"
