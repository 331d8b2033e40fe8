"""Workbooks as LibreOffice works them out: every formula anew, whatever the file says that it came to."""

import io
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import openpyxl
import pytest
from openpyxl.workbook import Workbook

PROGRAM: Final = shutil.which("soffice") or shutil.which("libreoffice")
needs_office: Final = pytest.mark.skipif(PROGRAM is None, reason="LibreOffice Calc is not installed (.ci/run)")

ALWAYS: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode"><value>0</value></prop></item>
</oor:items>
"""
"""Every formula is worked out when a file is opened."""

PATIENCE: Final = 180


def recalculated(content: bytes, folder: Path) -> Workbook:
    """Return the workbook with the values that the spreadsheet program gives; folder: an empty one of its own."""
    (book,) = all_recalculated({"book": content}, folder).values()
    return book


def all_recalculated(contents: Mapping[str, bytes], folder: Path) -> dict[str, Workbook]:
    """Return several workbooks by their names, to be read: the program starts once for all."""
    profile, out = folder / "profile", folder / "out"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")
    sources = {name: folder / f"{name}.xlsx" for name in contents}
    for name, source in sources.items():
        source.write_bytes(contents[name])
    command = [str(PROGRAM), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx"]
    done = subprocess.run(
        [*command, "--outdir", str(out), *map(str, sources.values())],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert all((out / source.name).is_file() for source in sources.values()), done.stderr
    results = {name: out / source.name for name, source in sources.items()}
    return {name: openpyxl.load_workbook(path, data_only=True, read_only=True) for name, path in results.items()}


def bytes_of(book: Workbook) -> bytes:
    """Return the workbook as a file."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
