"""The environment is the one that was tested: pinned, hashed, from no particular address."""

import re
from pathlib import Path
from typing import Final

LOCK: Final = Path(__file__).resolve().parents[2] / "requirements.lock"
PINNED: Final = re.compile(r"^[a-z0-9][a-z0-9._-]*(\[[a-z0-9,_-]+\])?==[^\s;]+( ; .+)? \\$")
HASH: Final = re.compile(r"^--hash=sha256:[0-9a-f]{64}( \\)?$")


def requirements() -> list[list[str]]:
    """Each requirement's lines, comments left out."""
    lines = [
        line
        for line in LOCK.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.strip().startswith("#")
    ]
    grouped: list[list[str]] = []
    for line in lines:
        if line.startswith(" "):
            grouped[-1].append(line.strip())
        else:
            grouped.append([line])
    return grouped


def test_the_lock_names_no_address() -> None:
    assert "://" not in LOCK.read_text(encoding="utf-8")


def test_every_requirement_is_pinned_to_one_version() -> None:
    assert [lines[0] for lines in requirements() if not PINNED.match(lines[0])] == []


def test_every_requirement_has_its_hashes() -> None:
    for first, *hashes in requirements():
        assert hashes, first
        assert all(HASH.match(line) for line in hashes), first
