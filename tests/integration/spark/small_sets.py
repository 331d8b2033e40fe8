"""The program with the sample book in several sets of projects: `python small_sets.py [--damage N] nightly ...`.

--damage N: a table of set N is cut short in the store before an executor reads it.
"""

import sys
from collections.abc import Mapping
from functools import partial
from typing import Final

import polars as pl

from flows.cli import main
from flows.running import night
from flows.running.engines.store import Store
from transforms.computation.dealing import buckets_of

ROWS_AT_ONCE: Final = 400


class Damaged(Store):
    """A store that loses the second half of a list of tables."""

    folder_of_damage = ""

    def write(self, folder: str, tables: Mapping[str, pl.DataFrame]) -> str:
        """Write as a store does, and cut the list in that folder."""
        digest = super().write(folder, tables)
        if folder == self.folder_of_damage:
            path = self._path(folder, digest)
            self._files[0].pipe_file(path, self._files[0].cat_file(path)[:-9])
        return digest


if __name__ == "__main__":
    arguments = sys.argv[1:]
    night.buckets_of = partial(buckets_of, rows_at_once=ROWS_AT_ONCE)
    if arguments[0] == "--damage":
        from flows.running.engines import store

        Damaged.folder_of_damage = arguments[1]
        store.Store = Damaged
        arguments = arguments[2:]
    sys.exit(main(arguments))
