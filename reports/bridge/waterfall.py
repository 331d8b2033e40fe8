"""The waterfall chart: from one figure to another over what moved it; the same bars give the same bytes of PNG."""

import io
from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from reports import numbers
from reports.charts.figures import MEASURED, NEGATIVE, WIDE_LABEL_COLUMNS, in_house_style, shortened
from reports.charts.series import Bar

TOTAL: Final = "#4D4D4D"
DOWN_HATCH: Final = "////"
"""What falls is hatched as well: in a grey copy it differs from what rises."""
ROOM: Final = 0.16
"""Of the width, for the numbers beside the bars."""
HALF: Final = 0.31
"""Of a bar's height."""
SMALL: Final = 0.6
"""Where no end is below this part of the highest, the axis is cut."""


def is_cut(bars: Sequence[Bar]) -> bool:
    """Return whether the axis begins beyond 0: where the steps are small beside the figures, nobody would see them."""
    ends = [end for span in _spans(bars) for end in span if end]
    return bool(ends) and min(ends) > SMALL * max(ends)


def waterfall(bars: Sequence[Bar], title: str) -> bytes:
    """Return the chart: a row a bar, each step where the one before ended, its tonnes beside it."""
    with in_house_style():
        figure = Figure(figsize=(7.1, 0.75 + 0.3 * len(bars)), dpi=200)
        canvas = FigureCanvasAgg(figure)
        _drawn(figure.subplots(), bars)
        figure.suptitle(title, fontsize=9, x=0.01, ha="left")
        sink = io.BytesIO()
        canvas.print_png(sink, metadata={"Software": None})  # type: ignore[no-untyped-call]
        return sink.getvalue()


def _spans(bars: Sequence[Bar]) -> list[tuple[float, float]]:
    """Where each bar begins and ends."""
    reached, spans = 0.0, []
    for bar in bars:
        start = 0.0 if bar.is_total else reached
        reached = start + bar.tonnes
        spans.append((start, reached))
    return spans


def _drawn(axes: Axes, bars: Sequence[Bar]) -> None:
    spans = _spans(bars)
    ends = [end for span in spans for end in span if end or not is_cut(bars)]
    low, high = min(ends), max(ends)
    room = ROOM * ((high - low) or 1.0)
    for row, (bar, (start, end)) in enumerate(zip(bars, spans, strict=True)):
        _bar(axes, row, start, bar)
        beside = max(start, end) + room / 16
        text = numbers.tonnes(bar.tonnes) if bar.is_total else numbers.signed_tonnes(bar.tonnes)
        axes.text(beside, row, text, va="center", ha="left", fontsize=7.5)
        if row + 1 < len(bars):
            axes.plot([end, end], [row + HALF, row + 1 - HALF], color="#999999", linewidth=0.8, zorder=0)
    axes.set_xlim(low - room if low < 0 or is_cut(bars) else low, high + room)
    axes.set_yticks(range(len(bars)), [shortened(bar.label, WIDE_LABEL_COLUMNS) for bar in bars])
    axes.set_ylim(len(bars) - 0.4, -0.6)
    if not is_cut(bars):
        axes.axvline(0, color="#999999", linewidth=0.8)
    axes.grid(axis="x")
    axes.xaxis.set_major_formatter(lambda value, _: numbers.headline_tonnes(float(value)))
    axes.locator_params(axis="x", nbins=5)


def _bar(axes: Axes, row: int, start: float, bar: Bar) -> None:
    if bar.is_total:
        axes.barh(row, bar.tonnes, left=start, height=2 * HALF, color=TOTAL)
    elif bar.tonnes >= 0:
        axes.barh(row, bar.tonnes, left=start, height=2 * HALF, color=MEASURED)
    else:
        axes.barh(
            row,
            bar.tonnes,
            left=start,
            height=2 * HALF,
            color="white",
            edgecolor=NEGATIVE,
            hatch=DOWN_HATCH,
            linewidth=1,
        )
