"""Where things lie: the checkout with its reference tables, and the home with its inbox, landing and warehouse."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parent.parent
REFERENCE: Final = CHECKOUT / "data" / "reference"


@dataclass(frozen=True)
class Home:
    """The folders of one installation; none of them is committed."""

    root: Path
    inbox: Path

    @property
    def landing(self) -> Path:
        """Delivered files as they came, never changed."""
        return self.root / "data" / "landing"

    @property
    def runs(self) -> Path:
        """One record a run, failed ones included."""
        return self.root / "data" / "runs"

    @property
    def warehouse(self) -> Path:
        """The published DuckDB file."""
        return self.root / "data" / "warehouse.duckdb"

    @property
    def candidate(self) -> Path:
        """The file being built; nobody reads it."""
        return self.root / "data" / "warehouse.next.duckdb"

    @property
    def lock(self) -> Path:
        """Held by the one run under way."""
        return self.root / "data" / "nightly.lock"

    @property
    def reports(self) -> Path:
        """Published documents."""
        return self.root / "reports" / "published"


def home(root: str | Path | None = None, inbox: str | Path | None = None) -> Home:
    """Return the home: the argument, else GREENLOAN_HOME, else the checkout."""
    base = Path(root or os.environ.get("GREENLOAN_HOME") or CHECKOUT).resolve()
    return Home(base, Path(inbox).resolve() if inbox else base / "data" / "inbox")
