"""The rows of realisation.csv and crf_fields.csv that the program asks for; rows beside these are free.

Without the row of its type a promise is not compared with what such projects came to; without its field a loan of the
facility is refused.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from flows.reference.checks.consequences import Absent
from flows.reference.checks.read import Read


class Asked(NamedTuple):
    """A type of projects, or a subtype of one, with the scope of which its row is."""

    name: str
    subtype: str
    scope: str


TYPES: Final = """
    Wind; Hydro; Biomass Energy; Methane avoidance; Landfill gas; EE own generation; Solar; Fossil fuel
    switch; EE Industry; N2O; Coal bed/mine methane; EE supply side; HFCs; Fugitive; Cement; Geothermal
"""
IN_CHINA: Final = """
    Biomass Energy; Coal bed/mine methane; EE own generation; Fossil fuel switch; HFCs; Hydro; Landfill gas;
    Methane avoidance; N2O; Solar; Wind
"""
SUBTYPES: Final[Mapping[str, str]] = {
    "Wind": "Wind",
    "Hydro": "Run of river; New dam; Existing dam",
    "Methane avoidance": "Manure; Waste water",
    "Landfill gas": "Landfill power; Landfill flaring; Combustion of MSW",
    "Biomass Energy": """
        Agricultural residues: other kinds; Agricultural residues: rice husk; Bagasse power; Palm oil solid waste;
        Forest residues: sawmill waste
    """,
    "Solar": "Solar PV",
    "EE own generation": "Iron & steel heat; Cement heat; Coke oven gas",
    "N2O": "Nitric acid",
    "Fossil fuel switch": "New natural gas plant; Oil to natural gas",
    "Coal bed/mine methane": "Coal Mine Methane",
    "HFCs": "HFC23",
    "Geothermal": "Geothermal electricity",
    "Cement": "Clinker replacement",
}
CRF_FIELDS: Final = """
    clean_energy; energy_saving; carbon_technology; energy_saving_retrofit; green_upgrade; energy_transition
"""


def _names(text: str) -> list[str]:
    return " ".join(text.split()).split("; ")


ROWS: Final = (
    *(Asked(name, "", "all") for name in _names(TYPES)),
    *(Asked(name, "", "CN") for name in _names(IN_CHINA)),
    *(Asked(name, subtype, "all") for name, subtypes in SUBTYPES.items() for subtype in _names(subtypes)),
)
"""The rows of realisation.csv."""


def asked_row_faults(read: Read) -> Iterator[Absent]:
    """Return every row that is asked for and not there."""
    if read.has("realisation.csv"):
        columns = ("realisation_type", "realisation_subtype", "realisation_scope")
        held = {Asked(*(row.cells[column] for column in columns)) for row in read.rows("realisation.csv")}
        named = {name for one in held for name in (one.name, one.subtype)}
        for asked in (one for one in ROWS if one not in held):
            name, words = asked.subtype or asked.name, ", ".join(part for part in asked if part)
            text = f"realisation.csv: no row of {words}, and the program asks for it; restore the row"
            yield Absent(f"{name} for {asked.scope}" if name in named else name, "realisation.csv", words, text)
    fields = read.column("crf_fields.csv", "crf_field")
    asked_fields = _names(CRF_FIELDS)
    for name in (one for one in asked_fields if fields and one not in fields):
        found = ", ".join(sorted(fields - {*asked_fields})) or "none beside those asked for"
        text = f"crf_fields.csv: no row of {name}, and the program asks for it (found: {found}); restore the row"
        yield Absent(name, "crf_fields.csv", "the program", text)
