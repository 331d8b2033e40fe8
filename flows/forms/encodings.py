"""Which encoding a text is in: one that reads every byte and makes words of them, or a reason why none does."""

import codecs
import re
from collections.abc import Iterator
from typing import Final

from schemas.errors import UnreadableDelivery
from transforms.deliveries.text.mojibake import mostly_meant

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


def encoding_for(content: bytes, name: str) -> str:
    """Return the encoding in which the bytes make words; raise UnreadableDelivery where they make none."""
    encoding = encoding_of(content, name)
    if encoding == "gb18030":
        _refuse_chance(content, name)
    head = "\n".join(first_text(content, encoding).split("\n", HEADER_LINES)[:HEADER_LINES])
    if meant := mostly_meant(head):
        raise _refused(f"it was decoded by a wrong encoding before it was sent: '{meant}' is garbled in it", name)
    return encoding


def first_text(content: bytes, encoding: str) -> str:
    """Return the text at the beginning, of so much as shows what it is."""
    return next(_pieces(content, encoding), "")


def encoding_of(content: bytes, name: str) -> str:
    """Return the encoding that reads every byte: a mark decides, then UTF-8, UTF-16 by its zero bytes, GB18030."""
    marked = [encoding for mark, encoding in BYTE_ORDER_MARKS.items() if content.startswith(mark)]
    for encoding in marked[:1] or _unmarked(content):
        if _decodes(content, encoding):
            return encoding
        _refuse_damaged(content, name)
    raise _refused("its bytes are not text in any encoding that banks use", name)


def _unmarked(content: bytes) -> list[str]:
    sample = content[:SAMPLE_BYTES]
    zeros = sample.count(0)
    if zeros:
        little = sample[1::2].count(0) >= sample[::2].count(0)
        return ["utf-16-le" if little else "utf-16-be"] if zeros > len(sample) // 8 else ["utf-8"]
    return ["utf-8", "gb18030"]


def _refuse_damaged(content: bytes, name: str) -> None:
    """What is UTF-8 for the most part is not read as other Chinese for the sake of a damaged sign."""
    start = next(_pieces(content, "utf-8", "replace"), "")
    if len(CHINESE.findall(start)) <= start.count("\ufffd"):
        return
    damaged, line, mended = 0, 1, _pieces(content, "utf-8", "replace")
    for piece in mended:
        line += 0 if damaged else piece.partition("\ufffd")[0].count("\n")
        damaged += piece.count("\ufffd")
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
        return sum(map(len, _pieces(content, encoding))) > 0 or not content
    except UnicodeDecodeError:
        return False


def _pieces(content: bytes, encoding: str, errors: str = "strict") -> Iterator[str]:
    """The text in pieces: as a whole it may take four times the room of its bytes."""
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    for at in range(0, len(content), MOST_BYTES):
        yield decoder.decode(content[at : at + MOST_BYTES], final=at + MOST_BYTES >= len(content))


def _refused(what: str, name: str) -> UnreadableDelivery:
    return UnreadableDelivery(
        what,
        where=name,
        available="UTF-8 (with or without BOM), GB18030, UTF-16",
        remedy="export the table again, as UTF-8 if you can choose",
    )
