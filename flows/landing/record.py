"""The record of everything ever received: a sidecar a reception, chained, and a manifest that holds them all again.

landing/receptions/<number>_<digest>.json   one reception, with the digest of the one before it
landing/receptions.jsonl                    the same receptions, a line each, in order

A reception that was removed or altered breaks the chain, contradicts the manifest or what is known of it elsewhere
(flows/landing/anchors.py); nothing is published until it is back. A run that is killed leaves the manifest at most one
reception behind, of which nothing else knows yet, and the next one writes the line.
"""

import json
import os
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final

from flows.home.writing import sync, written_into
from flows.landing.inbox import opened, unread
from flows.landing.receptions import ID_DIGITS, NO_ANCHORS, Anchors, Reception
from schemas.errors import EnvironmentFailure
from transforms.deliveries.speakers.senders import folder_key

SHOWN: Final = 10
LARGEST_SIDECAR_BYTES: Final = 1 << 20
"""What is read of one: of a reception, a thousand times its bytes; of anything else, enough to see that it is none."""

LARGEST_MANIFEST_BYTES: Final = 256 << 20
"""Of half a million receptions; a file of more is not read."""

NO_RECEPTION: Final = "it is not a reception: it was altered, or is not whole"
REWORDED: Final = (
    "it says the same in other signs than the program wrote (blanks, order, marks); find out who wrote there, and "
    "restore it from the backup or"
)
A_LINK: Final = "it is a link, and links are never followed: remove it"
SIDECAR_NAME: Final = re.compile(r"([0-9]{8,})_[0-9a-f]{16}\.json")
MISNAMED: Final = "an extra record: the program gives none such a name; move it away"
UNFOLLOWING: Final = (
    "an extra record: receptions.jsonl does not list it, and it follows none that is listed; move it away, or restore "
    "the whole landing from the backup"
)
REMEDY: Final = (
    "where a fault names what to do, do that; else restore data/landing from a backup, or deliver the same files "
    "again; greenloan verify-landing lists every fault; "
    "a file that never comes again can be declared lost in greenloan.toml (docs/runbook.md); "
    "where the receptions are lost for good, move data/landing, data/warehouse.duckdb and data/runs aside: "
    "the book begins anew"
)


Arrived = tuple[tuple[str, ...], str, str]
"""A file that has arrived again: the key of its sender's folder, its name and its digest."""


@dataclass(frozen=True)
class Fault:
    """What of the landing is not as it was received: the file, and what is wrong with it."""

    path: Path
    what: str


def receptions(landing: Path, anchors: Anchors = NO_ANCHORS) -> list[Reception]:
    """Return everything ever received, in order; raise EnvironmentFailure where the record is not whole.

    anchors: what else knows of it, where that is to be compared.
    """
    read, faults = _read(landing, anchors)
    if faults:
        raise damaged(faults, landing)
    return read


def record_faults(landing: Path, anchors: Anchors = NO_ANCHORS) -> list[Fault]:
    """Return what is wrong with sidecars and manifest."""
    return _read(landing, anchors)[1]


def wording_faults(landing: Path) -> list[Fault]:
    """Return what of the record says the same in other signs: blanks, another order, a letter by its number.

    Nothing rests on them, so that the night goes on; nobody but the program writes there, so that a person looks.
    """
    sidecars = {path: one for path, one in _sidecars(landing).items() if one and not path.is_symlink()}
    lines = [(line, _parsed(line)) for line in _whole_lines(landing)]
    others = [number for number, (line, one) in enumerate(lines, start=1) if one and line != one.line]
    more = f" (and {len(others) - 1} more)" if len(others) > 1 else ""
    return [
        *(
            Fault(path, f"{REWORDED} deliver that file again")
            for path, one in sidecars.items()
            if not _is_worded(path, one)
        ),
        *(Fault(_manifest(landing), f"line {n}{more}: {REWORDED} deliver all newest files again") for n in others[:1]),
    ]


def recorded(landing: Path) -> list[Reception]:
    """Return the receptions that can be read, whatever the faults of the record."""
    return _read(landing, NO_ANCHORS)[0]


def damaged(faults: Collection[Fault], landing: Path) -> EnvironmentFailure:
    """Return the error that names the faults, the first of them by file."""
    shown = [f"{fault.path.relative_to(landing)}: {fault.what}" for fault in list(faults)[:SHOWN]]
    more = [f"and {len(faults) - SHOWN} more"] if len(faults) > SHOWN else []
    return EnvironmentFailure(
        f"the landing is not as it was received ({len(faults)} fault(s)): nothing is published",
        where=str(landing),
        available="; ".join([*shown, *more]),
        remedy=REMEDY,
    )


def refuse_folder(path: Path, landing: Path) -> None:
    """Raise EnvironmentFailure where a folder lies in the place of a file of the landing: no file takes its place."""
    if path.is_dir() and not path.is_symlink():
        raise damaged([Fault(path, "a folder lies in its place: remove it")], landing)


def write(reception: Reception, known: Collection[Reception], landing: Path) -> None:
    """Write the sidecar and then the manifest's line; each is on the disk before the next is begun."""
    _write_sidecar(reception, landing)
    _write_lines([*sorted(known, key=lambda one: one.number), reception], landing)


def complete_manifest(known: Sequence[Reception], landing: Path) -> None:
    """Write the line that a killed run left out, before anything else comes to know of that reception."""
    if known and known[-1].previous and len(_whole_lines(landing)) < len(known):
        _write_lines(known, landing)


def _write_lines(known: Sequence[Reception], landing: Path) -> None:
    """Write the lines that the manifest lacks onto the disk."""
    lines = _whole_lines(landing)
    is_new = not _manifest(landing).exists()
    with written_into(landing):
        descriptor = os.open(_manifest(landing), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o666)
        with os.fdopen(descriptor, "ab") as file:
            file.truncate(sum(len(line.encode()) + 1 for line in lines))
            file.write("".join(one.line + "\n" for one in known[len(lines) :]).encode())
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync(landing)


def restore_sidecars(arrived: Collection[Arrived], landing: Path) -> list[Reception]:
    """Write again, out of the manifest, the damaged sidecars of files that have arrived once more; return them."""
    lines = [_parsed(line) for line in _whole_lines(landing)]
    sidecars = _sidecars(landing)
    broken = [
        one
        for one in lines
        if one
        and (sidecars.get(_sidecar(one, landing)) != one or not _is_worded(_sidecar(one, landing), one))
        and (folder_key(one.sender_folder), one.name, one.digest) in arrived
    ]
    for reception in broken:
        _write_sidecar(reception, landing)
    return broken


def restore_manifest(arrived: Collection[Arrived], landing: Path, anchors: Anchors = NO_ANCHORS) -> bool:
    """Write the manifest anew out of an unbroken chain of sidecars, once every name's newest file has arrived again.

    Return whether it was. A manifest that says what the sidecars say in the very signs, and a chain with a break or
    other than it is known elsewhere, are left as they are.
    """
    sidecars = list(_sidecars(landing).values())
    chain = sorted((one for one in sidecars if one), key=lambda one: one.number)
    lines, written = _whole_lines(landing), [one.line for one in chain]
    is_whole = len(chain) == len(sidecars) > 0 and chain[-1].previous != "" and not _chain_faults([*chain], landing)
    is_known = not _anchor_faults(chain, len(chain), anchors, landing)
    as_after_a_kill = [written] if anchors.last >= len(chain) else [written, written[:-1]]
    numbered = [one.number for one in chain] == list(range(1, len(chain) + 1))
    newest = {(folder_key(one.sender_folder), one.name): one.digest for one in chain}
    if lines[: len(chain)] in as_after_a_kill or not (is_whole and numbered and is_known):
        return False
    if _manifest(landing).is_dir():
        return False
    if not {(*name, digest) for name, digest in newest.items()} <= set(arrived):
        return False
    _write_whole(_manifest(landing), "".join(line + "\n" for line in written))
    return True


def _read(landing: Path, anchors: Anchors) -> tuple[list[Reception], list[Fault]]:
    written = _whole_lines(landing)
    blanks = [number for number, line in enumerate(written, start=1) if not line.strip()]
    sidecars, lines = _sidecars(landing), [_parsed(line) for line in written if line.strip()]
    links = {path for path in sidecars if path.is_symlink()}
    sidecars = {path: one for path, one in sidecars.items() if path not in links}
    extra_lines, extra = _extra_lines(lines, sidecars), _extra_sidecars(sidecars, lines, anchors, landing)
    lines = [one for number, one in enumerate(lines, start=1) if number not in extra_lines]
    sidecars = {path: one for path, one in sidecars.items() if path not in extra}
    by_number = {one.number: one for one in lines if one}
    by_number |= {one.number: one for path, one in sidecars.items() if one and path == _sidecar(one, landing)}
    most = len(sidecars) + len(lines)  # a number beyond is none that was counted to
    count = max([len(sidecars), len(lines), *(number for number in by_number if number <= most)])
    chain = [by_number.get(number) for number in range(1, count + 1)]
    faults = [
        *(Fault(path, what) for path, what in extra.items()),
        *(Fault(_manifest(landing), what) for what in [*extra_lines.values()][:1]),
        *(Fault(path, A_LINK) for path in links),
        *(Fault(_manifest(landing), f"line {number} is blank: take it out") for number in blanks[:1]),
        *(Fault(path, NO_RECEPTION) for path, one in sidecars.items() if one is None),
        *(
            Fault(path, f"there is no reception {one.number}")
            for path, one in sidecars.items()
            if one and one.number > count
        ),
        *_manifest_faults(lines, sidecars, anchors, landing),
        *_chain_faults(chain, landing),
    ]
    known = [one for one in chain if one]
    faults += _anchor_faults(known, count, anchors, landing)
    unique = {fault.path: fault for fault in reversed(faults)}
    of_files = _published_files_gone(known, anchors, landing)
    return known, [*sorted(unique.values(), key=lambda fault: fault.path), *of_files]


def _extra_lines(lines: Sequence[Reception | None], sidecars: Mapping[Path, Reception | None]) -> dict[int, str]:
    """Return the lines that there are beside one for each reception, by their number, and what to do about them."""
    first: dict[int, int] = {}
    for number, one in enumerate(lines, start=1):
        if one:
            first.setdefault(one.number, number)
    is_listed = all(one is None or one.number in first for one in sidecars.values())
    is_whole = is_listed and set(first) == set(range(1, len(first) + 1))
    extra = {}
    for number, one in enumerate(lines, start=1):
        if one is None and is_whole:
            extra[number] = f"line {number} is not a record, and every reception has its line: take it out"
        elif one and first[one.number] < number:
            at = first[one.number]
            is_same = one == lines[at - 1]
            extra[number] = (
                f"line {number} is there twice (line {at}): take it out"
                if is_same
                else f"line {number} is an extra record of reception {one.number}, which line {at} has otherwise: find "
                "out which of them was written by hand, and take it out"
            )
    return extra


def _extra_sidecars(
    sidecars: Mapping[Path, Reception | None], lines: Sequence[Reception | None], anchors: Anchors, landing: Path
) -> dict[Path, str]:
    """Return the sidecars that there are beside one for each reception, and what to do about them."""
    listed = {one.number: _sidecar(one, landing) for one in lines if one}
    links = {one.link: one.number for one in [*lines, *sidecars.values()] if one}
    following = {
        _sidecar(one, landing) for one in sidecars.values() if one and links.get(one.previous) == one.number - 1
    }
    listed_paths, end = set(listed.values()), max([*listed, anchors.last])
    extra = {}
    for path in sidecars:
        name = SIDECAR_NAME.fullmatch(path.name)
        other = listed.get(int(name[1])) if name else None
        if path in listed_paths:
            continue
        if not name:
            extra[path] = MISNAMED
        elif other and other in sidecars:
            extra[path] = f"an extra record: reception {int(name[1])} is {other.name} in receptions.jsonl; move it away"
        elif listed and int(name[1]) > end and path not in following:
            extra[path] = UNFOLLOWING
    return extra


def _manifest_faults(
    lines: list[Reception | None], sidecars: dict[Path, Reception | None], anchors: Anchors, landing: Path
) -> list[Fault]:
    manifest = _manifest(landing)
    if reason := _unread(manifest):
        return [Fault(manifest, reason)]
    if not lines:
        chained = [one.number for one in sidecars.values() if one and one.previous]
        is_gone = len(chained) > 1 or min(chained, default=anchors.last + 1) <= anchors.last
        return [Fault(manifest, "it is missing, or holds no whole line")] if is_gone else []
    unordered = [
        Fault(manifest, f"line {n} is reception {one.number}")
        for n, one in enumerate(lines, start=1)
        if one and one.number != n
    ]
    listed = {_sidecar(one, landing): (number, one) for number, one in enumerate(lines, start=1) if one}
    bad = [Fault(manifest, f"line {n} is not a reception") for n, one in enumerate(lines, start=1) if one is None]
    bad += [Fault(path, "it is missing") for path in listed if path not in sidecars]
    bad += [
        Fault(path, f"it does not say what line {number} of receptions.jsonl says")
        for path, (number, one) in listed.items()
        if sidecars.get(path) and sidecars[path] != one
    ]
    unlisted = {path: one for path, one in sidecars.items() if path not in listed}
    following = len(lines) + 1
    if anchors.last >= following and following in {one.number for one in unlisted.values() if one}:
        by = next(one.known_by for one in anchors.receptions if one.number >= following)
        bad.append(
            Fault(
                manifest,
                f"line {following} is missing or cut short, and {by} knows of that reception: restore it from the "
                "backup, or deliver all newest files again",
            )
        )
    return (
        unordered
        + bad
        + [
            Fault(path, "receptions.jsonl does not list it")
            for path, one in unlisted.items()
            if one is None or one.number != following  # the next one: its line was not written yet
        ]
    )


def _chain_faults(chain: list[Reception | None], landing: Path) -> list[Fault]:
    faults, before = [], None
    for number, one in enumerate(chain, start=1):
        if one is None:
            faults.append(Fault(landing / "receptions" / f"{number:08d}_*.json", f"reception {number} is missing"))
        elif before and (one.previous or before.previous) and one.previous != before.link:
            faults.append(Fault(_sidecar(one, landing), f"it does not follow reception {before.number} as it is now"))
        before = one
    return faults


def _anchor_faults(known: Collection[Reception], count: int, anchors: Anchors, landing: Path) -> list[Fault]:
    """A fault for what is missing at the end, and one for the first reception that is another than is known of."""
    links = {one.number: one for one in known}
    gone = max((one for one in anchors.receptions if one.number > count), key=lambda one: one.number, default=None)
    altered = [one for one in anchors.receptions if one.number in links and links[one.number].link != one.link]
    faults = [
        Fault(
            _sidecar(links[one.number], landing),
            f"reception {one.number} is not the one that {one.known_by} knows of: it or one before it was altered, or "
            "received anew",
        )
        for one in sorted(altered)[:1]
    ]
    if gone:
        first = landing / "receptions" / f"{count + 1:08d}_*.json"
        several = f"receptions {count + 1} to {gone.number} are"
        which = several if gone.number > count + 1 else f"reception {gone.number} is"
        faults.append(Fault(first, f"{which} missing at the end: {gone.known_by} knows of reception {gone.number}"))
    return faults


def _published_files_gone(known: Collection[Reception], anchors: Anchors, landing: Path) -> list[Fault]:
    held = {one.digest[:ID_DIGITS] for one in known}
    gone = [file for digits, file in anchors.files if digits not in held]
    return [Fault(_manifest(landing), f"no reception of {file}, which was published") for file in gone]


def _sidecars(landing: Path) -> dict[Path, Reception | None]:
    return {path: _sidecar_at(path) for path in sorted((landing / "receptions").glob("*.json"))}


def _sidecar_at(path: Path) -> Reception | None:
    try:
        return _parsed(_text(path, LARGEST_SIDECAR_BYTES))
    except OSError:
        return None


def _text(path: Path, most: int) -> str:
    with opened(path) as file:
        return file.read(most).decode("utf-8", errors="replace")


def _unread(path: Path) -> str | None:
    """Return why what lies there cannot be read; None where it can, or nothing is there."""
    try:
        with opened(path) as file:
            size_bytes = os.fstat(file.fileno()).st_size
    except FileNotFoundError:
        return None
    except OSError as error:
        return unread(error)
    if size_bytes > LARGEST_MANIFEST_BYTES:
        return f"it has {size_bytes:,} bytes, at most {LARGEST_MANIFEST_BYTES:,} are read"
    return None


def _parsed(text: str) -> Reception | None:
    try:
        one = Reception(**json.loads(text, object_pairs_hook=_each_once))
        one.line.encode()  # half of a pair of surrogates cannot be written
    except (ValueError, TypeError, RecursionError):
        return None
    types = {field.name: int if field.name in {"size_bytes", "number"} else str for field in fields(Reception)}
    return one if all(type(getattr(one, name)) is kind for name, kind in types.items()) else None


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A key that is there twice was written by somebody else: readers differ in which of the two they take."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key is there twice")
    return dict(pairs)


def _whole_lines(landing: Path) -> list[str]:
    """Return the manifest's lines, none where it cannot be read; what a killed run left of a line is none."""
    if _unread(_manifest(landing)):
        return []
    try:
        return _text(_manifest(landing), LARGEST_MANIFEST_BYTES).split("\n")[:-1]
    except OSError:
        return []


def _write_sidecar(reception: Reception, landing: Path) -> None:
    path = _sidecar(reception, landing)
    with written_into(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    refuse_folder(path, landing)
    _write_whole(path, _text_of(asdict(reception)))


def _text_of(reception: dict[str, object]) -> str:
    return json.dumps(reception, ensure_ascii=False, indent=1)


def _is_worded(path: Path, reception: Reception) -> bool:
    """Return whether the sidecar has the very text that is written of it, or was before receptions were chained."""
    written = asdict(reception)
    unchained = {name: value for name, value in written.items() if name != "previous" or value}
    return _text(path, LARGEST_SIDECAR_BYTES) in {_text_of(written), _text_of(unchained)}


def _write_whole(path: Path, text: str) -> None:
    """Write a file beside its place, onto the disk, and then into its place; a link in either is replaced."""
    partial = path.with_suffix(".partial")
    with written_into(path.parent):
        partial.unlink(missing_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        sync(path.parent)


def _sidecar(reception: Reception, landing: Path) -> Path:
    return landing / "receptions" / f"{reception.number:08d}_{reception.digest[:16]}.json"


def _manifest(landing: Path) -> Path:
    return landing / "receptions.jsonl"
