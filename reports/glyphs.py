"""Which characters the bundled fonts can show, and a visible substitute for those they cannot."""

import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

import matplotlib as mpl
from matplotlib.ft2font import FT2Font
from pylopdf_fonts_zh_cn import sans_path

_MATPLOTLIB_FONTS: Final = Path(mpl.get_data_path(), "fonts", "ttf")
DOCUMENT_FONTS: Final = (
    str(resources.files("manimgx_fonts_cjk") / "NotoSansCJK-VF.otf.ttc"),
    str(_MATPLOTLIB_FONTS / "DejaVuSansMono.ttf"),
)
CHART_FONTS: Final = (str(sans_path()), str(_MATPLOTLIB_FONTS / "DejaVuSans.ttf"))

INVISIBLE: Final = {"Cc", "Cf", "Cn", "Co", "Cs"}
"""Unicode categories that show nothing, mean nothing here, or are forbidden in an archived document."""


def printable(text: str, fonts: Sequence[str] = DOCUMENT_FONTS) -> str:
    """Return `text` with white space as spaces and every character that `fonts` lack as its code, 〔U+1F331〕.

    So one strange character in a delivered name neither stops a disclosure nor vanishes from it.
    """
    return "".join(_shown(character, _coverage(tuple(fonts))) for character in text)


def _shown(character: str, covered: frozenset[int]) -> str:
    if character.isspace():
        return " "
    if ord(character) in covered and unicodedata.category(character) not in INVISIBLE:
        return character
    return f"〔U+{ord(character):04X}〕"


@cache
def _coverage(fonts: tuple[str, ...]) -> frozenset[int]:
    return frozenset(point for font in fonts for point in FT2Font(font).get_charmap())
