"""Charts: pure functions from rows to SVG bytes; the same rows give the same bytes."""

import io
import unicodedata
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

import matplotlib as mpl
import matplotlib.style as mpl_style
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from pylopdf_fonts_zh_cn import sans_path

from reports import numbers
from reports.glyphs import CHART_FONTS, printable
from reports.series import ROWS_DRAWN, Pair

HOUSE_STYLE: Final = Path(__file__).parent / "house" / "house.mplstyle"
LABEL_COLUMNS: Final = 38
WIDE_LABEL_COLUMNS: Final = 48
REMEMBERED: Final = 32
"""Charts kept, of some 50 kB each: those of one night's documents."""

PROMISED_POINTS: Final = 58
MEASURED_POINTS: Final = 112
NEGATIVE: Final = "#D55E00"
PROMISED: Final = "#6B6B6B"
MEASURED: Final = "#0072B2"


class Drawing(NamedTuple):
    """One chart."""

    svg: bytes


def promised_and_measured(pairs: Sequence[Pair], promised_word: str, measured_word: str) -> Drawing:
    """Return a row per project: a ring for the promise, a dot for the reading, both numbers beside (tonnes)."""
    return _drawn(_pairs_figure, tuple(pairs[:ROWS_DRAWN]), promised_word, measured_word)


def shortened(text: str, columns: int = LABEL_COLUMNS) -> str:
    """Return a label in the chart's fonts, cut with … to `columns` narrow characters (a Chinese one is two)."""
    label, used = printable(text, CHART_FONTS), 0
    for position, character in enumerate(label):
        used += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if used > columns:
            return label[: max(position - 1, 1)].rstrip() + "…"
    return label


@cache
def _register_font() -> None:
    fontManager.addfont(sans_path())


@lru_cache(maxsize=REMEMBERED)
def _drawn(make: Callable[..., Figure], *arguments: Hashable) -> Drawing:
    """A chart is drawn once: that of a book with one lender is also that lender's."""
    with in_house_style():
        return Drawing(_svg(make(*arguments)))


@contextmanager
def in_house_style() -> Iterator[None]:
    """Draw what is within in the house's style and fonts, whatever the process has set."""
    _register_font()
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl_style.use(HOUSE_STYLE)
        yield


def _svg(figure: Figure) -> bytes:
    """The bytes of `savefig`, which would draw everything once more only to lay it out."""
    sink, canvas = io.BytesIO(), FigureCanvasSVG(figure)
    figure.dpi = mpl.rcParams["savefig.dpi"]
    if engine := figure.get_layout_engine():
        engine.execute(figure)
    figure.set_layout_engine("none")
    canvas.print_svg(sink, metadata={"Date": None})  # type: ignore[no-untyped-call]
    return sink.getvalue()


def _pairs_figure(pairs: Sequence[Pair], promised_word: str, measured_word: str) -> Figure:
    figure = Figure(figsize=(7.1, 0.62 + 0.235 * max(len(pairs), 1)))
    axes = figure.subplots()
    for row, pair in enumerate(pairs):
        _pair_row(axes, row, pair)
    _column_heads(axes, promised_word, measured_word)
    axes.set_yticks(range(len(pairs)), [shortened(pair.label) for pair in pairs])
    axes.set_ylim(len(pairs) - 0.4, -0.6)
    axes.axvline(0, color="#999999", linewidth=0.8, zorder=0)
    axes.grid(axis="x")
    axes.xaxis.set_major_formatter(lambda value, _: numbers.headline_tonnes(float(value)))
    axes.locator_params(axis="x", nbins=5)
    axes.margins(x=0.04)
    return figure


def _pair_row(axes: Axes, row: int, pair: Pair) -> None:
    known = [value for value in (pair.promised, pair.measured) if value is not None]
    axes.plot(known, [row] * len(known), color="#BBBBBB", linewidth=1.4, zorder=1)
    if pair.promised is not None:
        axes.scatter([pair.promised], [row], s=30, facecolor="white", edgecolor=PROMISED, linewidth=1.4, zorder=2)
    if pair.measured is not None:
        axes.scatter([pair.measured], [row], s=26, color=_measured_colour(pair), zorder=3)
    _beside(axes, PROMISED_POINTS, row, numbers.headline_tonnes(pair.promised), PROMISED)
    _beside(axes, MEASURED_POINTS, row, numbers.headline_tonnes(pair.measured), _measured_colour(pair))


def _measured_colour(pair: Pair) -> str:
    return NEGATIVE if pair.measured is not None and pair.measured < 0 else MEASURED


def _column_heads(axes: Axes, promised_word: str, measured_word: str) -> None:
    _beside(axes, PROMISED_POINTS, -1, f"○ {promised_word}", PROMISED)
    _beside(axes, MEASURED_POINTS, -1, f"● {measured_word}", MEASURED)


def _beside(axes: Axes, points: float, row: int, words: str, colour: str) -> None:
    """Write words right-aligned `points` to the right of the axes, level with the row."""
    place, offset = (1, row), (points, 0)
    axes.annotate(
        words,
        place,
        offset,
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        ha="right",
        va="center",
        color=colour,
        annotation_clip=False,
    )
