"""Which encoding a text is in: one that reads every byte and makes words of them, or a reason why none does."""

import re
from typing import Final

from schemas.errors import UnreadableDelivery
from transforms.deliveries.mojibake import mostly_meant

BYTE_ORDER_MARKS: Final = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
SAMPLE_BYTES: Final = 4096
HEADER_LINES: Final = 20
MOST_BYTES: Final = 1 << 20
"""So much of a file shows what it is written in."""

PAIR: Final = re.compile(rb"[\x81-\xfe][\x30-\xfe]")
FREQUENT: Final = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]")
FREQUENT_IN_BIG5: Final = re.compile(rb"[\xa4-\xc6][\x40-\x7e\xa1-\xfe]")
"""Two bytes of GB18030, those of its first 3,755 characters, and those of Big5's first 5,401."""

CHINESE: Final = re.compile("[一-鿿]")
LONE: Final = re.compile(rb"(?<![\x80-\xff])[\xc0-\xff](?![\x80-\xff])")
"""An accented letter of a European encoding between plain letters."""


def decoded(content: bytes, name: str) -> tuple[str, str]:
    """Return the text and its encoding; raise UnreadableDelivery where the bytes make no words."""
    encoding = encoding_of(content, name)
    text = content.decode(encoding)
    if encoding == "gb18030":
        _refuse_chance(content, name)
    head = "\n".join(text.split("\n", HEADER_LINES)[:HEADER_LINES])
    if meant := mostly_meant(head):
        raise _refused(f"it was decoded by a wrong encoding before it was sent: '{meant}' is garbled in it", name)
    return text, encoding


def encoding_of(content: bytes, name: str) -> str:
    """Return the encoding that reads every byte: a mark decides, then UTF-8, UTF-16 by its zero bytes, GB18030."""
    marked = [encoding for mark, encoding in BYTE_ORDER_MARKS.items() if content.startswith(mark)]
    for encoding in marked[:1] or _unmarked(content):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            _refuse_damaged(content, name)
            continue
        return encoding
    raise _refused("its bytes are no text in any encoding that banks use", name)


def _unmarked(content: bytes) -> list[str]:
    sample = content[:SAMPLE_BYTES]
    zeros = sample.count(0)
    if zeros:
        little = sample[1::2].count(0) >= sample[::2].count(0)
        return ["utf-16-le" if little else "utf-16-be"] if zeros > len(sample) // 8 else ["utf-8"]
    return ["utf-8", "gb18030"]


def _refuse_damaged(content: bytes, name: str) -> None:
    """What is UTF-8 for the most part is not read as other Chinese for the sake of a damaged sign."""
    mended = content.decode("utf-8", errors="replace")
    damaged = mended.count("\ufffd")
    start = mended[:MOST_BYTES]
    if len(CHINESE.findall(start)) > start.count("\ufffd"):
        line = mended[: mended.index("\ufffd")].count("\n") + 1
        raise _refused(f"it is UTF-8 but for {damaged} damaged place(s), the first in line {line}", name)


def _refuse_chance(content: bytes, name: str) -> None:
    """Bytes that are GB18030 by chance only: Big5, a European encoding."""
    pairs = PAIR.findall(content[:MOST_BYTES])
    frequent = sum(1 for pair in pairs if FREQUENT.fullmatch(pair))
    frequent_in_big5 = sum(1 for pair in pairs if FREQUENT_IN_BIG5.fullmatch(pair))
    is_big5 = frequent_in_big5 > frequent and _decodes(content, "big5")
    is_european = len(LONE.findall(content[:MOST_BYTES])) > frequent
    if pairs and (is_big5 or is_european):
        raise _refused("its bytes make words in Big5 or a European encoding and none in GB18030", name)


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        return bool(content.decode(encoding))
    except UnicodeDecodeError:
        return False


def _refused(what: str, name: str) -> UnreadableDelivery:
    return UnreadableDelivery(
        what,
        where=name,
        available="UTF-8 (with or without BOM), GB18030, UTF-16",
        remedy="export the table again, as UTF-8 if you can choose",
    )
