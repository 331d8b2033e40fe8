"""The store that this machine and the executors share: Parquet files in a folder, or in what fsspec reaches.

A file's name is the digest of its bytes, and a list of names has a digest too: whoever holds that one digest reads what
was written, or is refused. A task that runs twice writes other files, or the same.
"""

import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

import fsspec
import polars as pl

from schemas.errors import EnvironmentFailure


class Store:
    """A night's own folder in the shared store; whoever works for the night knows its url."""

    def __init__(self, url: str) -> None:
        self.url = url

    @cached_property
    def _files(self) -> Any:  # noqa: ANN401 - fsspec has no types
        return fsspec.core.url_to_fs(self.url)

    def folder(self, name: str) -> str:
        """Make a folder, closed to others than the program's user and group, and return its name.

        An object store has no folders.
        """
        files, path = self._files[0], self._path(name)
        files.makedirs(path, exist_ok=True)
        if "file" in files.protocol:
            Path(path).chmod(0o770)
        return name

    def write(self, folder: str, tables: Mapping[str, pl.DataFrame]) -> str:
        """Write the tables, and return the digest by which they are read."""
        listed = {name: self._put(folder, _parquet(rows)) for name, rows in tables.items()}
        return self._put(folder, json.dumps(listed).encode())

    def read(self, folder: str, digest: str) -> dict[str, pl.DataFrame]:
        """Return the tables that were written under the digest."""
        listed = json.loads(self._get(folder, digest))
        return {name: pl.read_parquet(self._get(folder, one)) for name, one in listed.items()}

    def remove(self) -> None:
        """Remove everything that the night wrote here."""
        files, top = self._files
        if files.exists(top):
            files.rm(top, recursive=True)

    def _path(self, *parts: str) -> str:
        return "/".join([self._files[1].rstrip("/"), *(part for part in parts if part)])

    def _put(self, folder: str, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        self._files[0].pipe_file(self._path(folder, digest), content)
        return digest

    def _get(self, folder: str, digest: str) -> bytes:
        path = self._path(folder, digest)
        content = bytes(self._files[0].cat_file(path))
        if hashlib.sha256(content).hexdigest() != digest:
            raise EnvironmentFailure(
                "a file of the shared store is not what was written there",
                where=path,
                available="its bytes have another digest than its name",
                remedy="look into the store (disk, who may write there), and run again",
            )
        return content


@contextmanager
def own_folder(url: str) -> Iterator[Store]:
    """Make a night's own folder in the store, and remove it at the end, however that comes."""
    store = Store(f"{url.rstrip('/')}/greenloan-{uuid4().hex}")
    with _reached(url):
        store.folder("")
    try:
        yield store
    finally:
        with _reached(url):
            store.remove()


@contextmanager
def _reached(url: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ImportError, ValueError) as error:  # no access, a protocol without its library, an unknown one
        raise EnvironmentFailure(
            f"the shared store cannot be used: {error}",
            where=f"greenloan.toml [spark] store = {url}",
            available="a folder that every executor mounts under the same path, or an address that fsspec reaches",
            remedy="correct it, let the program's user write there, or install its library (s3fs for s3://)",
        ) from error


def _parquet(rows: pl.DataFrame) -> bytes:
    written = io.BytesIO()
    rows.write_parquet(written, compression_level=1)
    return written.getvalue()
