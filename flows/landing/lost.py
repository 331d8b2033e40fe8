"""Landed files that are damaged and never come again: a person declares them lost, and the night goes on.

Its reception stays in the chain; its rows are missing, and what may have rested on them is flagged. A declaration
counts for the files that it names, and only while they are damaged: the same bytes delivered again heal them. Where
another name has the same bytes, that file is damaged as well, and stops the night until it is named beside the first.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

from flows.home.settings import Lost
from flows.landing.files import file_faults
from flows.landing.receptions import Reception
from transforms.deliveries.speakers.senders import folder_key


class Declared(NamedTuple):
    """What greenloan.toml declares lost.

    lost: by the number of a reception why it is; files: the same by digest and name; superfluous: by digest what of
    the declaration does not count, and why.
    """

    lost: Mapping[int, str]
    files: Mapping[tuple[str, str], str]
    superfluous: Mapping[str, str]


def declared_lost(known: Collection[Reception], landing: Path, declarations: Mapping[str, Lost]) -> Declared:
    """Compare the declarations with the landing; only files that are declared are read."""
    lost: dict[int, str] = {}
    files: dict[tuple[str, str], str] = {}
    superfluous: dict[str, str] = {}
    for digest, one in declarations.items():
        received = [reception for reception in known if reception.digest == digest]
        idle = []
        for file in one.file:
            named = [reception for reception in received if _key(reception.source_file) == _key(file)]
            if not named:
                idle.append(f"no reception of {file} has this digest; see what verify-landing lists")
            elif not file_faults(named, landing):
                idle.append(f"{file} is as it was received; take the declaration out")
            else:
                lost |= {reception.number: one.reason for reception in named}
                files |= {(digest, reception.source_file): one.reason for reception in named}
        if idle:
            superfluous[digest] = "; ".join(idle)
    return Declared(lost, files, superfluous)


def _key(file: str) -> tuple[tuple[str, ...], str]:
    """A sender's folder in any spelling, and the file's name."""
    folder, _, name = file.rpartition("/")
    return folder_key(folder), name
