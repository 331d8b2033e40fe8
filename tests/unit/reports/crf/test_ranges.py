"""The interval and its ten inputs as printed."""

import polars as pl
import pytest

from reports.codes import RowCodes
from reports.crf.ranges import NO_RANGE, printed_range
from reports.names import Names
from schemas.uncertainty import FigureUncertainty, UncertaintyInput
from tests.makers import day


def codes() -> RowCodes:
    return RowCodes("crf", "2025Q4", "*")


def figure(**named: object) -> pl.DataFrame:
    row = {
        "period": "2025",
        "period_from_date": day("2025-01-01"),
        "period_to_date": day("2025-12-31"),
        "container": "avoided_emissions",
        "level": "portfolio",
        "subject": "portfolio",
        "figure_tco2e": 1000.0,
        "standard_uncertainty_tco2e": 50.0,
        "relative_uncertainty_ratio": 0.05,
        "lower_95_tco2e": 902.0018,
        "upper_95_tco2e": 1097.9982,
        **named,
    }
    return pl.DataFrame([row], schema=FigureUncertainty.polars_schema())


def inputs(count: int) -> pl.DataFrame:
    shared = {
        "period": "2025",
        "period_from_date": day("2025-01-01"),
        "period_to_date": day("2025-12-31"),
        "container": "avoided_emissions",
        "level": "portfolio",
        "subject": "portfolio",
        "origin": "reported figure",
        "parameter_id": "reported",
        "scope": "P1",
        "relative_uncertainty_ratio": 0.3,
        "variance_ratio": 0.1,
    }
    rows = [
        {
            **shared,
            "rank_number": n,
            "input": f"P{n}: the project's own annual figure",
            "input_zh": f"P{n}：项目自报年度数",
            "contribution_tco2e": -float(n),
            "narrowed_tco2e": 2.0,
        }
        for n in range(count, 0, -1)
    ]
    return pl.DataFrame(rows, schema=UncertaintyInput.polars_schema())


def test_the_interval_is_printed_with_two_decimals_and_the_uncertainty_as_per_cent() -> None:
    printed = printed_range(figure(), inputs(1), codes(), Names("en"))
    assert (printed.figure, printed.lower, printed.upper, printed.relative) == (
        "1,000.00",
        "902.00",
        "1,098.00",
        "5.00%",
    )


def test_ten_inputs_are_printed_in_order_and_what_they_move_has_no_sign() -> None:
    printed = printed_range(figure(), inputs(12), codes(), Names("en"))
    assert [line.position for line in printed.inputs] == [str(n) for n in range(1, 11)]
    assert printed.inputs[0].contribution == "1.00"


NAMES = [("en", "P1: the project's own annual figure"), ("zh", "P1：项目自报年度数")]


@pytest.mark.parametrize(("lang", "name"), NAMES)
def test_an_input_is_named_in_the_documents_language(lang: str, name: str) -> None:
    assert printed_range(figure(), inputs(1), codes(), Names(lang)).inputs[0].name == name


def test_an_input_is_named_on_the_page_and_keeps_its_key_from_edition_to_edition() -> None:
    own = inputs(1).with_columns(input_zh=pl.lit("P-A：项目自报年度数"))
    (line,) = printed_range(figure(), own, codes(), Names("zh", {"P-A": "甲项目"})).inputs
    assert (line.name, line.key) == ("甲项目：项目自报年度数", "P-A：项目自报年度数")


def test_a_figure_of_unknown_uncertainty_prints_no_interval() -> None:
    assert printed_range(figure(standard_uncertainty_tco2e=None), inputs(1), codes(), Names("en")) == NO_RANGE
    assert printed_range(figure().clear(), inputs(1), codes(), Names("en")) == NO_RANGE
