"""Landed files that are damaged and never come again: a person declares them lost, and the night goes on.

Its reception stays in the chain; its rows are missing, and what may have rested on them is flagged. A declaration
counts only while the file is damaged: the same bytes delivered again heal it.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

from flows.home.settings import Lost
from flows.landing.files import file_faults
from flows.landing.receptions import Reception
from flows.landing.record import Fault


class Declared(NamedTuple):
    """What greenloan.toml declares lost: by digest with the reason where it counts; and what does not, and why."""

    lost: Mapping[str, str]
    superfluous: Mapping[str, str]


def declared_lost(known: Collection[Reception], landing: Path, declarations: Mapping[str, Lost]) -> Declared:
    """Compare the declarations with the landing; only files that are declared are read."""
    lost, superfluous = {}, {}
    for digest, one in declarations.items():
        named = [reception for reception in known if reception.digest == digest]
        if one.file not in {reception.source_file for reception in named}:
            superfluous[digest] = f"no reception of {one.file} has this digest; see what verify-landing lists"
        elif file_faults(named, landing):
            lost[digest] = one.reason
        else:
            superfluous[digest] = f"{one.file} is as it was received; take the declaration out"
    return Declared(lost, superfluous)


def undeclared(faults: Collection[Fault], lost: Collection[str]) -> list[Fault]:
    """Return the faults of files that nobody has declared lost."""
    return [fault for fault in faults if fault.path.stem not in lost]
