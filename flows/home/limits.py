"""How large a delivered file may be: the inbox, the sources and the readers ask here, before any reader is loaded."""

from typing import Final

LARGEST_FILE_BYTES: Final = 1 << 30
