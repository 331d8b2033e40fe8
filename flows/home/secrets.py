"""What was written by mistake where it is printed: a url with a password, a word with one, a token."""

import re
from typing import Final

LOOKS_SECRET: Final = re.compile(
    r"://|@|=|(?:passw\w*|pwd|secret|token)\s*:|(?=\w*[a-z])(?=\w*[A-Z])(?=\w*\d)[\w-]{32,}", re.ASCII
)


def looks_secret(text: str) -> bool:
    """Return whether a text may hold a password or be a token."""
    return LOOKS_SECRET.search(text) is not None


def concealed(text: str) -> str:
    """Return the text as it may be printed: a name, but nothing that looks like a secret."""
    return "(not shown here)" if looks_secret(text) else text
