"""The machine-readable twin of a document: every printed figure with its code, as linked data (JSON-LD, W3C PROV)."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from reports.documents import Document, PrintedFigure
from reports.numbers import BEIJING, MISSING, read

CONTEXT: Final = {
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "http://schema.org/",
    "printed": "schema:description",
    "value": "schema:value",
    "unit": "schema:unitText",
    "code": "schema:identifier",
    "label": "schema:name",
}
"""What the names of the twin mean."""

TWIN: Final = "figures.jsonld"
MIME: Final = "application/ld+json"


@dataclass(frozen=True)
class About:
    """What the document is: its title, the period, whose it is, the language, the program that printed it."""

    title: str
    period: str
    institution: str
    lang: str
    version: str


def twin(document: Document, figures: Sequence[PrintedFigure], about: About) -> str:
    """Return the twin; `value` is the number that was printed, left out where that is none (a dash, a range).

    It has the number of an edition from the second one on, as the page has.
    """
    state = document.provenance
    report = {
        "@id": "#document",
        "@type": ["prov:Entity", "schema:Report"],
        "label": about.title,
        "schema:publisher": about.institution,
        "schema:temporalCoverage": about.period,
        "schema:inLanguage": about.lang,
        **({"schema:version": document.edition.number} if document.edition.number else {}),
        "prov:wasDerivedFrom": {"@id": "#state"},
        "prov:wasGeneratedBy": {"@id": "#run"},
    }
    book = {
        "@id": "#state",
        "@type": "prov:Entity",
        "code": state.snapshot_id,
        **({} if state.data_as_of == MISSING else {"schema:dateModified": _moment(state.data_as_of)}),
        "prov:generatedAtTime": _moment(state.known_at),
    }
    run = {
        "@id": "#run",
        "@type": "prov:Activity",
        "prov:used": {"@id": "#state"},
        "prov:wasAssociatedWith": {"@id": "#program"},
    }
    program = {
        "@id": "#program",
        "@type": "prov:SoftwareAgent",
        "label": "greenloan",
        "schema:softwareVersion": about.version,
    }
    graph = [report, book, run, program, *(_figure(one) for one in figures)]
    return json.dumps({"@context": CONTEXT, "@graph": graph}, ensure_ascii=False, indent=1)


def _moment(printed: str) -> str:
    """The moment as machines read it; it is printed by the clock of Beijing."""
    return dt.datetime.fromisoformat(printed).replace(tzinfo=BEIJING).isoformat()


def _figure(figure: PrintedFigure) -> dict[str, Any]:
    value = read(figure.printed)
    return {
        "@id": f"#{figure.code}",
        "@type": ["prov:Entity", "schema:PropertyValue"],
        "code": figure.code,
        "label": figure.label,
        "printed": figure.printed,
        **({} if value is None else {"value": value}),
        **({"unit": figure.unit} if figure.unit else {}),
        "schema:isPartOf": {"@id": "#document"},
        "prov:wasDerivedFrom": {"@id": "#state"},
    }
