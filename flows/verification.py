"""What `greenloan verify-landing` answers: every landed file and reception against its digest."""

from flows.landing import file_faults
from flows.reception_record import Fault, record_faults, recorded
from flows.settings import Home


def verify_landing(home: Home) -> tuple[str, list[Fault]]:
    """Return what was looked at, in a sentence, and every fault found; nothing is changed."""
    known = recorded(home.landing)
    faults = [*record_faults(home.landing), *file_faults(known, home.landing)]
    files = len({one.digest for one in known})
    return f"{len(known)} reception(s) of {files} file(s) in {home.landing}", faults


def verification_text(looked_at: str, faults: list[Fault], home: Home) -> str:
    """Return the answer: a line a fault, and what was looked at."""
    named = [f"{fault.path.relative_to(home.landing)}: {fault.what}" for fault in faults]
    return "\n".join([*named, f"{looked_at}: " + (f"{len(faults)} fault(s)" if faults else "all as received")])
