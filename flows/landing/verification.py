"""Whether the landing is as it was received: files by digest, receptions by their chain and what else knows of them."""

from typing import NamedTuple

from flows.home.settings import Home
from flows.home.settings_file import read_settings
from flows.landing.anchors import anchors_of
from flows.landing.files import file_faults
from flows.landing.lost import declared_lost
from flows.landing.record import Fault, record_faults, recorded, wording_faults
from schemas.deliveries import DELIVERIES as DELIVERED


class Verification(NamedTuple):
    """What was looked at, every fault, and the declarations of lost files that count and that do not, in sentences."""

    looked_at: str
    faults: list[Fault]
    lost: list[str]
    superfluous: list[str]


def verify_landing(home: Home) -> Verification:
    """Look at everything; nothing is changed."""
    known, declarations = recorded(home.landing), read_settings(home.settings, DELIVERED).lost
    declared = declared_lost(known, home.landing, declarations)
    of_files = file_faults([one for one in known if one.number not in declared.lost], home.landing)
    lost = [f"[lost.{digest}]: {file} is declared lost: {why}" for (digest, file), why in declared.files.items()]
    superfluous = [f"[lost.{one}]: {why}" for one, why in declared.superfluous.items()]
    faults = [*record_faults(home.landing, anchors_of(home)), *wording_faults(home.landing), *of_files]
    files = len({one.digest for one in known})
    looked_at = f"{len(known)} reception(s) of {files} file(s) in {home.landing}"
    return Verification(looked_at, faults, lost, superfluous)


def verification_text(found: Verification, home: Home) -> str:
    """Return the answer: a line a fault and a declaration, and what was looked at."""
    named = [f"{fault.path.relative_to(home.landing)}: {fault.what}" for fault in found.faults]
    rest = "all others as received" if found.lost else "all as received"
    end = f"{len(found.faults)} fault(s)" if found.faults else rest
    return "\n".join([*named, *found.lost, *found.superfluous, f"{found.looked_at}: {end}"])
