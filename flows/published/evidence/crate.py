"""What is in a pack, as RO-Crate 1.1 describes it: files with their digests, and the run that made them."""

import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Final

CONTEXT: Final = "https://w3id.org/ro/crate/1.1/context"
PROFILE: Final = "https://w3id.org/ro/crate/1.1"
FORMATS: Final = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".py": "text/x-python",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PROGRAM: Final = "#greenloan"
RUN: Final = "#run"
INSTITUTION: Final = "#institution"
LICENSE: Final = {
    "@id": "#license",
    "@type": "CreativeWork",
    "name": "confidential",
    "description": "The institution's own data, for the auditor it was given to.",
}


def crate_of(digests: Mapping[str, str], run: Mapping[str, Any], period: str, lender: str | None) -> bytes:
    """Return ro-crate-metadata.json of the files. run: the row of ops.runs."""
    graph = [*_roots(digests, run, period, lender), *(_file(*one) for one in sorted(digests.items())), *_made(run)]
    institution = {"@id": INSTITUTION, "@type": "Organization", "name": lender or "who keeps the book"}
    described = {"@context": CONTEXT, "@graph": [*graph, institution, LICENSE]}
    return json.dumps(described, ensure_ascii=False, indent=1).encode()


def _roots(
    digests: Mapping[str, str], run: Mapping[str, Any], period: str, lender: str | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The crate's description of itself, and of the folder."""
    descriptor = {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "conformsTo": {"@id": PROFILE},
        "about": {"@id": "./"},
    }
    return descriptor, {
        "@id": "./",
        "@type": "Dataset",
        "name": " ".join(["greenloan evidence", period, *([lender] if lender else [])]),
        "description": f"Printed figures of {period} with all that they are worked out of; verify.py does it again.",
        "datePublished": run["known_at"].isoformat(),
        "license": {"@id": LICENSE["@id"]},
        "hasPart": [{"@id": file} for file in sorted(digests)],
        "mentions": {"@id": RUN},
        "author": {"@id": INSTITUTION},
        "publisher": {"@id": INSTITUTION},
    }


def _file(file: str, digest: str) -> dict[str, str]:
    path = PurePosixPath(file)
    kind = {"@type": "File", "name": path.name, "encodingFormat": FORMATS[path.suffix]}
    return {"@id": file, **kind, "sha256": digest}


def _made(run: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The program, and the run that made the figures."""
    program = {"@id": PROGRAM, "@type": "SoftwareApplication", "name": "greenloan", "version": run["greenloan_version"]}
    return program, {
        "@id": RUN,
        "@type": "CreateAction",
        "name": f"run {run['run_id']}, snapshot {run['snapshot_id']}",
        "endTime": run["known_at"].isoformat(),
        "instrument": {"@id": PROGRAM},
        "result": {"@id": "./"},
    }
