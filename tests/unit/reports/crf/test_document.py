"""What the carbon-reduction-loan disclosure will print, before any layout."""

import datetime as dt
from collections.abc import Callable

import polars as pl
import pytest
from pandera.typing.polars import DataFrame

from reports.crf.document import CrfDocument, FieldName
from schemas.disclosures import CrfDisclosure, CrfProject
from schemas.errors import UsageError
from schemas.runs import Run

Make = Callable[..., CrfDocument]


def test_the_rows_follow_the_fields_in_order_and_end_with_the_total(make: Make) -> None:
    assert [line.name for line in make().lines] == ["清洁能源", "节能环保", "碳减排技术", "绿色升级", ""]
    assert [line.is_total for line in make().lines] == [False, False, False, False, True]


def test_a_field_prints_count_money_rate_and_tonnes_in_each_window(make: Make) -> None:
    quarter, _, since_start = make().lines[0].windows
    assert (quarter.project_count, quarter.disbursed_wan, quarter.weighted_rate_pct, quarter.reductions) == (
        "3",
        "12,845.00",
        "3.13",
        "61,234.57",
    )
    assert (since_start.disbursed_wan, since_start.reductions) == ("234,567.89", "1,234,567.89")


def test_the_total_is_the_row_that_was_given_and_not_a_sum(make: Make, table: DataFrame[CrfDisclosure]) -> None:
    column = "attributed_annual_reductions_tco2e_per_year"
    is_total = (pl.col("crf_field") == "total") & (pl.col("window") == "quarter")
    changed = table.with_columns(pl.when(is_total).then(-7.5).otherwise(column).alias(column))
    assert make(table=changed).lines[-1].windows[0].reductions == "-7.50"


def test_a_figure_that_does_not_exist_prints_as_a_dash_beside_a_true_zero(make: Make) -> None:
    green_upgrade = make().lines[3].windows[0]
    assert (green_upgrade.project_count, green_upgrade.disbursed_wan) == ("0", "0.00")
    assert (green_upgrade.weighted_rate_pct, green_upgrade.reductions, green_upgrade.coverage) == ("—", "—", "—")


def test_a_field_without_rows_prints_dashes_and_no_zeros(make: Make) -> None:
    fields = [FieldName(f, f, f) for f in ("clean_energy", "energy_saving", "carbon_reduction", "green_upgrade", "new")]
    new = make(fields=fields).lines[4].windows[1]
    assert {new.project_count, new.disbursed_wan, new.weighted_rate_pct, new.reductions} == {"—"}


def test_a_field_that_the_form_does_not_name_is_refused_and_not_dropped(make: Make) -> None:
    with pytest.raises(UsageError, match="energy_saving in the window quarter has no name to print"):
        make(fields=[FieldName("clean_energy", "清洁能源", "Clean energy")])


def test_a_row_given_twice_is_refused(make: Make, table: DataFrame[CrfDisclosure]) -> None:
    with pytest.raises(UsageError, match="is given twice"):
        make(table=pl.concat([table, table.head(1)]))


def test_two_lenders_in_one_document_are_refused(make: Make, table: DataFrame[CrfDisclosure]) -> None:
    mixed = pl.concat([table.head(1), table.slice(1).with_columns(lender=pl.lit("B"))])
    with pytest.raises(UsageError, match="a disclosure is about one lender"):
        make(table=mixed)


def test_a_year_is_not_a_quarter(make: Make, table: DataFrame[CrfDisclosure], projects: DataFrame[CrfProject]) -> None:
    year = pl.lit("2025")
    with pytest.raises(UsageError, match="2025 is not a quarter"):
        make(table=table.with_columns(period=year), projects=projects.with_columns(period=year))


def test_the_projects_with_the_largest_effect_are_named_and_none_that_increases_emissions(make: Make) -> None:
    names = [effect.name for effect in make().most_significant_in_quarter]
    assert names[:2] == ["南丰县百兆瓦渔光互补光伏发电项目", "洪门水库抽水蓄能配套送出工程"]
    assert "碳捕集中试装置" not in [effect.name for effect in make().most_significant_since_start]


def test_equal_effects_are_named_in_the_order_of_their_project_ids(make: Make, projects: DataFrame[CrfProject]) -> None:
    equal = projects.with_columns(attributed_annual_in_quarter_tco2e_per_year=pl.lit(5.0)).reverse()
    assert [effect.name[:4] for effect in make(projects=equal).most_significant_in_quarter] == [
        "资溪县高",
        "南丰县百",
        "军峰山风",
    ]


def test_projects_are_listed_by_the_money_lent_with_promise_and_reading_apart(make: Make) -> None:
    first, second = make().projects[:2]
    assert (first.project_id, first.disbursed_wan, first.share) == ("P-004", "95,000.00", "24.36%")
    assert (first.promised, first.measured) == ("210,000.00", "—")
    assert (second.promised, second.measured) == ("215,300.25", "188,420.70")


def test_expected_is_printed_between_promise_and_reading_with_its_range_its_kind_and_the_gap(make: Make) -> None:
    """215,300.25 t promised by wind in China: x 0.868 at the median, x 0.605 and x 1.033 at the ends."""
    wind = make().projects[1]
    assert (wind.expected, wind.expected_range) == ("186,880.62", "130,257 – 222,405")
    assert (wind.kind, wind.gap) == ("风电，中国项目，446 个项目", "-26,879.55")


def test_a_project_of_unknown_kind_expects_nothing_and_one_without_reading_has_no_gap(make: Make) -> None:
    lines = {line.project_id: line for line in make().projects}
    assert (lines["P-005"].expected, lines["P-005"].expected_range, lines["P-005"].kind) == ("—", "", "")
    assert lines["P-004"].gap == "—"


def test_a_project_without_a_name_goes_by_its_id(make: Make) -> None:
    assert [line.name for line in make().projects if line.project_id == "P-009"] == ["P-009"]


def test_every_project_without_a_figure_is_named_under_its_reason(make: Make) -> None:
    reasons = {group.status: group.names for group in make().without_figure}
    assert reasons["blocked_no_denominator"] == ("数据中心节能改造(总投资未报)",)
    assert reasons["missing_promise"] == ("P-009",)
    assert len(reasons["under_construction"]) == 1


def test_a_status_that_is_new_is_still_listed(make: Make, projects: DataFrame[CrfProject]) -> None:
    changed = projects.with_columns(status=pl.lit("withdrawn"))
    assert [group.status for group in make(projects=changed).without_figure] == ["withdrawn"]


def test_a_project_without_reading_has_no_dot_and_one_without_either_is_not_drawn(make: Make) -> None:
    outcomes = {pair.label.split()[0]: pair for pair in make().outcomes}
    assert outcomes["1"].measured is None
    assert "9" not in outcomes


def test_factors_are_listed_once_each_with_their_source(make: Make, parameters: pl.DataFrame) -> None:
    lines = make(parameters=pl.concat([parameters, parameters])).factors
    assert [(line.parameter_id, line.value, line.status) for line in lines] == [
        ("baseline_boiler_efficiency", "0.65", "unconfirmed"),
        ("coal_ef", "0.0946", "confirmed"),
        ("grid_ef", "0.5836", "confirmed"),
    ]
    assert lines[1].locator == ""


def test_unconfirmed_factors_are_named_among_the_limits(make: Make) -> None:
    assert make().unconfirmed == ("被替代锅炉热效率",)


def test_times_are_printed_in_beijing_time_and_the_document_is_dated_by_its_data(make: Make) -> None:
    document = make()
    assert (document.provenance.known_at, document.provenance.data_as_of) == (
        "2025-07-16 02:05:09",
        "2025-07-15 02:05:09",
    )
    assert document.provenance.document_date == "2025-07-15"


def test_without_data_the_document_is_dated_by_the_moment_of_knowledge(make: Make, run: DataFrame[Run]) -> None:
    empty = run.with_columns(data_as_of_at=pl.lit(None, dtype=run.schema["data_as_of_at"]))
    assert make(run=empty).provenance.document_date == "2025-07-16"
    assert make(run=empty).provenance.data_as_of == "—"


def test_the_attached_csv_holds_every_row_unrounded(make: Make, table: DataFrame[CrfDisclosure]) -> None:
    attachment = next(file for file in make().attachments if file.name == "table.csv")
    assert attachment.text.startswith("\ufeff")
    read = pl.read_csv(attachment.text.encode(), schema_overrides={"disbursed_cny": table.schema["disbursed_cny"]})
    assert read.height == table.height
    column = "attributed_annual_reductions_tco2e_per_year"
    assert read[column].to_list() == table[column].to_list()


def test_a_list_longer_than_the_page_says_so_and_keeps_the_largest(make: Make, projects: DataFrame[CrfProject]) -> None:
    many = pl.concat(
        [projects.with_columns(project_id=pl.format("{}-{}", "project_id", pl.lit(copy))) for copy in range(7)]
    )
    document = make(projects=many)
    assert (len(document.projects), document.has_more_projects) == (60, True)
    assert document.projects[0].disbursed_wan == "95,000.00"


def test_the_order_of_the_rows_delivered_changes_nothing(
    make: Make, table: DataFrame[CrfDisclosure], projects: DataFrame[CrfProject], parameters: pl.DataFrame
) -> None:
    document = make()
    turned = make(table=table.reverse(), projects=projects.reverse(), parameters=parameters.reverse())
    assert (turned.lines, turned.projects, turned.factors) == (document.lines, document.projects, document.factors)


def test_a_quarter_in_which_nothing_was_lent_yet_has_no_first_day(make: Make, table: DataFrame[CrfDisclosure]) -> None:
    unlent = table.with_columns(window_from_date=pl.lit(None, dtype=pl.Date))
    assert make(table=unlent).spans[2].from_date == "—"
    assert make(table=unlent).spans[2].to_date == dt.date(2025, 6, 30).isoformat()
