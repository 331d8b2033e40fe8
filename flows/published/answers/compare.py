"""What `greenloan compare` answers: why attributed tonnes differ between two states."""

from pathlib import Path
from typing import Any, Final

from flows.home.settings import Home
from flows.home.writing import written_into
from flows.published.answers.states import Asked, states_of
from reports.bridge.printed import Bridge, Lang, Moved, Named, Subject
from transforms.answers.summaries import coverage
from transforms.attribution.shares import attribute
from transforms.bridge.closing import PRINTED
from transforms.bridge.state import State
from transforms.bridge.totals import Span, spans

TOTAL: Final = "total"


def answer_compare(home: Home, asked: Asked, by: str) -> tuple[dict[str, Any], Bridge]:
    """Return the answer as JSON has it, exact, and as it is printed."""
    before, after, lender = states_of(home, asked)
    (whole,), parts = spans(before, after, TOTAL, lender), spans(before, after, by, lender)
    coverages = (_coverage(before, lender), _coverage(after, lender))
    printed = Bridge(
        before=Named(asked.before, before.period.name),
        after=Named(asked.after, after.period.name),
        basis=None if asked.profile else before.rule.basis,
        profile=asked.profile,
        coverages=coverages,
        whole=_subject(whole),
        parts=[_subject(part) for part in parts],
    )
    return _as_json(printed, whole, parts), printed


def write_chart(path: Path, printed: Bridge, lang: Lang) -> Path:
    """Write the waterfall chart of the whole book as PNG."""
    from reports.bridge.waterfall import is_cut, waterfall

    bars = printed.bars(lang)
    with written_into(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(waterfall(bars, printed.title(lang, is_cut=is_cut(bars))))
    return path


def _coverage(state: State, lender: str | None) -> float | None:
    rows = attribute(state.holdings, state.period, state.rule)
    return coverage(rows.filter(lender=lender) if lender else rows)


def _subject(span: Span) -> Subject:
    moved = [Moved(step.cause, step.parameter_id or "", step.printed / PRINTED) for step in span.steps]
    return Subject(span.subject or "", span.printed_before / PRINTED, span.printed_after / PRINTED, moved)


def _as_json(printed: Bridge, whole: Span, parts: list[Span]) -> dict[str, Any]:
    return {
        "from": printed.before.name,
        "to": printed.after.name,
        "from_period": printed.before.period,
        "to_period": printed.after.period,
        **({"profile": printed.profile} if printed.profile else {"basis": printed.basis}),
        **_tonnes(whole),
        "from_coverage_ratio": printed.coverages[0],
        "to_coverage_ratio": printed.coverages[1],
        "causes": [_cause(span, step.cause, step.parameter_id, step.tonnes) for span in parts for step in span.steps],
        "subjects": [{"subject": span.subject, **_tonnes(span)} for span in parts if span.subject],
        "sentences": {"en": printed.sentences("en"), "zh": printed.sentences("zh")},
    }


def _tonnes(span: Span) -> dict[str, float]:
    return {"from_tco2e": span.before, "to_tco2e": span.after, "difference_tco2e": span.after - span.before}


def _cause(span: Span, cause: str, parameter_id: str | None, tonnes: float) -> dict[str, Any]:
    return {"cause": cause, "tco2e": tonnes, "subject": span.subject or parameter_id, "parameter_id": parameter_id}
