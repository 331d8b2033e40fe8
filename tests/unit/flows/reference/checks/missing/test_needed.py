"""What the program asks for and the tables have not."""

from pathlib import Path

import pytest

from tests.unit.flows.reference.checks.edits import Edit, edited, faults_in, without

FAULTS = {
    "a sentence of a flag under another name": (
        edited("[implausible_figure]", "[implausible_figur]", "flags.toml"),
        "flags.toml, [implausible_figure]: this sentence is missing, and [implausible_figur] is not known",
    ),
    "a place that a flag does not fill": (
        edited("{about}", "{aboutx}", "flags.toml"),
        "nothing fills {aboutx}; write one of its places: {",
    ),
    "no words for a fact that is not known": (
        edited("else.on_file", "else.on_fil", "flags.toml"),
        "flags.toml, [missing_parameter]: {on_file} may be empty and has no words for it (else.on_fil is none of it)",
    ),
    "words for a fact that is always known": (
        edited("else.on_file", 'else.first = { en = "never", zh = "从不" }\nelse.on_file', "flags.toml"),
        "[missing_parameter] else.first: never empty, or no place; take it away (may be empty: on_file, scope)",
    ),
    "words for another fact": (
        edited("else.on_file", "else.first", "flags.toml"),
        "{on_file} may be empty and has no words for it (else.first is none of it); write else.on_file =",
    ),
    "a sentence of a gate under another name": (
        edited("[sentences.refusals]", "[sentences.refusal]", "gates.toml"),
        "gates.toml, [sentences.refusals]: this sentence is missing, and [sentences.refusal] is not known",
    ),
    "a place that a gate does not fill": (
        edited("{ratio} of its rows", "{ration} of its rows", "gates.toml"),
        "gates.toml, [sentences.volumes] en: nothing fills {ration}; write one of its places: {ratio}",
    ),
    "a place that is not closed": (
        edited("{ratio} of its rows", "{ratio of its rows", "gates.toml"),
        "gates.toml, [sentences.volumes] en: a brace that is not closed",
    ),
    "an item that no factor knows": (
        edited('item = "bituminous_coal"', 'item = "bituminos_coal"', "metrics.toml"),
        "item: 'bituminos_coal' is not in the scopes of fuel_ef, fuel_ncv in parameters.csv, nearest is 'bituminous_",
    ),
    "an age of exchange rates that is gone": (
        without("fx_rate_max_age,all,"),
        "no row of fx_rate_max_age for all is in force, and the exchange rates read it",
    ),
    "a warning that is gone": (without("factor_end_warning,all,"), "no row of factor_end_warning for all is in force"),
    "a threshold of a profile that is gone": (
        without("small_exposure_threshold,"),
        "the profile pboc_carbon_accounting reads it",
    ),
    "a warming potential that is gone": (without("gwp_n2o,all@AR"), "no row of gwp_n2o for all is in force"),
    "a part of a derived factor that is gone": (without("carbon_to_co2,all,"), "no row of carbon_to_co2 for all"),
}


@pytest.mark.parametrize(("edit", "words"), FAULTS.values(), ids=FAULTS)
def test_what_is_missing_is_one_error_that_names_who_needs_it(folder: Path, edit: Edit, words: str) -> None:
    edit(folder)
    (fault,) = faults_in(folder)
    assert words in fault
