"""Charts: pure functions from rows to SVG bytes; the same rows give the same bytes."""

import io
import unicodedata
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import matplotlib as mpl
import matplotlib.style as mpl_style
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.lines import Line2D
from pylopdf_fonts_zh_cn import sans_path

from reports import numbers
from reports.charts.series import ROWS_DRAWN, Outcome, OverTime
from reports.glyphs import CHART_FONTS, printable

HOUSE_STYLE: Final = Path(__file__).parents[1] / "house" / "house.mplstyle"
LABEL_COLUMNS: Final = 38
WIDE_LABEL_COLUMNS: Final = 48
REMEMBERED: Final = 32
"""Charts kept, of some 50 kB each: those of one night's documents."""

NEGATIVE: Final = "#D55E00"
PROMISED: Final = "#6B6B6B"
MEASURED: Final = "#0072B2"
RANGE: Final[dict[str, Any]] = {"color": "#BBBBBB", "linewidth": 6, "solid_capstyle": "butt"}
MEDIAN: Final[dict[str, Any]] = {"color": "#222222", "marker": "|", "markersize": 8, "linestyle": "none"}
RING: Final[dict[str, Any]] = {
    "marker": "o",
    "markersize": 5.5,
    "markerfacecolor": "white",
    "markeredgecolor": PROMISED,
    "markeredgewidth": 1.4,
    "linestyle": "none",
}
BANDS: Final = (("#0072B2", ""), ("#009E73", "//"), ("#D55E00", ".."), ("#6B6B6B", "xx"))
"""Fill and hatching of the columns of a group, in their order."""

DOT: Final[dict[str, Any]] = {"color": MEASURED, "marker": "o", "markersize": 5, "linestyle": "none"}
"""How what is expected, promised and measured is drawn: they differ by their forms, too, in a grey copy."""


class Drawing(NamedTuple):
    """One chart."""

    svg: bytes


def promised_expected_measured(outcomes: Sequence[Outcome], words: tuple[str, str, str]) -> Drawing:
    """Return a row per project (tonnes): a ring for the promise, a bar for what is expected, a dot for the reading.

    words: what the three are called. The numbers are not written: they are in the table beside.
    """
    return _drawn(_outcomes_figure, tuple(outcomes[:ROWS_DRAWN]), words)


def tonnes_over_time(over_time: OverTime) -> Drawing:
    """Return a group of columns for each period (tonnes), a column a band: hatched, too, for a grey copy."""
    return _drawn(_over_time_figure, over_time)


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


def _over_time_figure(over_time: OverTime) -> Figure:
    figure = Figure(figsize=(7.1, 2.9))
    axes = figure.subplots()
    width = 0.8 / max(len(over_time.bands), 1)
    for at, (band, (colour, hatch)) in enumerate(zip(over_time.bands, BANDS, strict=False)):
        places = [place + (at - (len(over_time.bands) - 1) / 2) * width for place in range(len(over_time.periods))]
        heights = [0.0 if one is None else one for one in band.tonnes]
        look: dict[str, Any] = {"color": colour, "hatch": hatch, "edgecolor": "white", "linewidth": 0.4}
        axes.bar(places, heights, width * 0.94, label=shortened(band.label), **look)
    axes.set_xticks(range(len(over_time.periods)), list(over_time.periods))
    axes.axhline(0, color="#999999", linewidth=0.8, zorder=0)
    axes.grid(axis="y")
    axes.set_axisbelow(True)
    axes.yaxis.set_major_formatter(lambda value, _: numbers.headline_tonnes(float(value)))
    axes.locator_params(axis="y", nbins=6)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False, fontsize=8)
    return figure


def _outcomes_figure(outcomes: Sequence[Outcome], words: tuple[str, str, str]) -> Figure:
    figure = Figure(figsize=(7.1, 0.85 + 0.235 * max(len(outcomes), 1)))
    axes = figure.subplots()
    for row, outcome in enumerate(outcomes):
        _outcome_row(axes, row, outcome)
    axes.set_yticks(range(len(outcomes)), [shortened(one.label) for one in outcomes])
    axes.set_ylim(len(outcomes) - 0.4, -0.6)
    axes.axvline(0, color="#999999", linewidth=0.8, zorder=0)
    axes.grid(axis="x")
    axes.xaxis.set_major_formatter(lambda value, _: numbers.headline_tonnes(float(value)))
    axes.locator_params(axis="x", nbins=5)
    axes.margins(x=0.04)
    _legend(axes, words)
    return figure


def _outcome_row(axes: Axes, row: int, outcome: Outcome) -> None:
    if outcome.least is not None and outcome.most is not None:
        axes.plot([outcome.least, outcome.most], [row, row], zorder=1, **RANGE)
    if outcome.expected is not None:
        axes.plot([outcome.expected], [row], zorder=2, **MEDIAN)
    if outcome.promised is not None:
        axes.plot([outcome.promised], [row], zorder=3, **RING)
    if outcome.measured is not None:
        colour = NEGATIVE if outcome.measured < 0 else MEASURED
        axes.plot([outcome.measured], [row], zorder=4, **{**DOT, "color": colour})


def _legend(axes: Axes, words: tuple[str, str, str]) -> None:
    """The three signs above the chart, the bar with its middle as the rows have it."""
    bar = (Line2D([], [], **RANGE), Line2D([], [], **MEDIAN))
    signs = (Line2D([], [], **RING), bar, Line2D([], [], **DOT))
    axes.legend(signs, words, loc="lower right", bbox_to_anchor=(1, 1), ncols=3, frameon=False, fontsize=8)
