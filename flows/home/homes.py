"""Which homes a flow's parameters may name: whoever can start a run at the server chooses them."""

import os
from pathlib import Path
from typing import Final

from flows.home.settings import Home, home
from flows.home.settings_file import read_settings
from schemas.deliveries import DELIVERIES
from schemas.errors import UsageError

HOME_VARIABLE: Final = "GREENLOAN_HOME"
INBOX_VARIABLE: Final = "GREENLOAN_INBOX"
"""The inbox that a command line named, for the flow that it runs in its own process."""


def listed_home(root: str | None = None, inbox: str | None = None) -> Home:
    """Return the home that a flow's parameters name: this installation's own, or one that its settings list.

    Raises UsageError for any other folder.
    """
    own = home()
    homes = {own.root, *read_settings(own.settings, DELIVERIES).homes}
    inboxes = {one / "data" / "inbox" for one in homes} | {Path(os.environ.get(INBOX_VARIABLE) or own.inbox).resolve()}
    place = home(root, inbox)
    _refuse_unlisted("home", place.root, homes, own)
    _refuse_unlisted("inbox", place.inbox, inboxes, own)
    return place


def name_own(place: Home) -> None:
    """Let the flow that this process is about to run take the home and the inbox that its command line named."""
    os.environ[HOME_VARIABLE], os.environ[INBOX_VARIABLE] = str(place.root), str(place.inbox)


def _refuse_unlisted(parameter: str, named: Path, known: set[Path], own: Home) -> None:
    if named not in known:
        raise UsageError(
            f"the parameter {parameter} names a folder that is not listed: {named}",
            where=f"{own.settings} [server]",
            available=", ".join(str(one) for one in sorted(known)),
            remedy='list the home, as homes = ["/srv/bank_a"], or leave the parameter out',
        )
