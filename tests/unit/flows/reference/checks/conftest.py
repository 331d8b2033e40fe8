"""A copy of the reference tables, to be edited."""

import shutil
from pathlib import Path

import pytest

from flows.home.settings import REFERENCE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(REFERENCE, tmp_path / "reference")
    return tmp_path / "reference"
