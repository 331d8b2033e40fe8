"""A month that nobody would believe is withheld with its evidence, and counts once a person releases it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import polars as pl
import pytest

from tests.makers import (
    Row,
    book_as_known,
    book_flags,
    land,
    make_book,
    make_entry,
    make_loan,
    make_parameter,
    make_project,
    make_reading,
    reference,
    written,
)
from transforms.answers.figures import figures
from transforms.attribution.shares import attribute
from transforms.computation.prepared import Prepared
from transforms.deliveries.book.book import Book
from transforms.deliveries.rows.assembly import Landed
from transforms.flags.projects import implausible_figures
from transforms.flags.withheld import withheld_flags
from transforms.ground.calendar import half, quarter, year
from transforms.judging.withheld_figures import verdicts

POWER: Final = {"method": "grid_renewable", "realisation_type": "光伏", "total_investment": "10000000.00"}


def last_day(month: int) -> dt.date:
    return dt.date(2025 + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def year_of(
    values: Sequence[float], metric: str = "electricity_supplied", unit: str = "MWh", **named: Any
) -> list[Row]:
    return [
        make_reading(
            period_start=f"2025-{month:02}-01",
            period_end=str(last_day(month)),
            value=value,
            metric=metric,
            unit=unit,
            **named,
        )
        for month, value in enumerate(values, start=1)
    ]


def plant(values: Sequence[float], *more: Landed, **named: Any) -> Prepared:
    """P1 in 2025 with a factor of its own of 0.5, promised 6,000 t; loan L1 has half of its investment."""
    project = make_project(
        **{**POWER, "reported_annual_reduction_tco2": "6000", "commissioning_date": "2025-01-01", **named}
    )
    loan, entry = make_loan(contract_amount="5000000.00"), make_entry(amount="5000000.00")
    book = make_book(
        [project], [loan], [entry], readings=year_of(values), parameters=[make_parameter(value="0.5")], more=more
    )
    return seen(book)


def seen(book: Book) -> Prepared:
    return book_as_known(book)


def flags(computed: Prepared) -> pl.DataFrame:
    return written(withheld_flags(computed.judged.figures, computed.book.released.outdated))


def statuses(computed: Prepared) -> list[str]:
    return computed.worked_out.months.filter(pl.col("month_start_date").dt.year() == 2025)["status"].to_list()


def checks(computed: Prepared) -> set[str]:
    ids = computed.judged.figures["check_ids"].to_list()
    return {name for names in ids for name in names.split(", ")}


def attributed(computed: Prepared, period: str) -> Row:
    name = {"Q": quarter, "H": half}.get(period[4:5])
    window = name(int(period[:4]), int(period[5:])) if name else year(int(period))
    rows = attribute(computed.holdings, window, "period_end")
    return rows.select("status", "attributed_reductions_tco2e").row(0, named=True)


STEADY: Final = [1000.0, 1010, 990, 1005, 995, 1002, 998, 1007, 993, 1004, 996, 1001]


def test_a_year_as_others_is_measured_and_nothing_is_withheld() -> None:
    """12 months that add up to 12,001 MWh x 0.5 = 6,000.5 t, of which a half is attributed."""
    computed = plant(STEADY)
    assert statuses(computed) == ["measured"] * 12
    assert computed.judged.figures.is_empty()
    assert attributed(computed, "2025")["attributed_reductions_tco2e"] == pytest.approx(3000.25)


def test_a_register_sent_as_amount_is_withheld_in_every_month_and_period() -> None:
    """61,000 .. 72,000 MWh without a capacity: 399,000 t, 66 times the promise."""
    computed = plant([61_000.0 + 1_000 * month for month in range(12)])
    assert statuses(computed) == ["withheld_implausible"] * 12
    assert "rising_run" in checks(computed)
    worked_out = computed.judged.figures["withheld_reductions_tco2e"].sum()
    assert worked_out == pytest.approx(798_000 * 0.5)
    for period in ("2025Q1", "2025H1", "2025"):
        assert attributed(computed, period) == {"status": "withheld_implausible", "attributed_reductions_tco2e": None}
    assert "withheld_implausible" in flags(computed)["code"].to_list()


@pytest.mark.parametrize("months", [1, 3, 12])
def test_on_the_first_night_without_history_a_promise_alone_withholds(months: int) -> None:
    """50,000 MWh x 0.5 = 25,000 t in one month, where 6,000 t a year are promised."""
    computed = plant([50_000.0] * months, realisation_type=None)
    assert set(statuses(computed)[:months]) == {"withheld_implausible"}
    assert "measured_over_promised" in checks(computed)


@pytest.mark.parametrize(("invested", "currency"), [("10000000.00", "CNY"), ("1052631.58", "USD")])
def test_without_a_promise_the_investment_withholds(invested: str, currency: str) -> None:
    """500,000 t over 1,000 x 10,000 yuan are 500 t per 10,000 yuan; no dollar is more than 9.5 yuan."""
    computed = plant(
        [1_000_000.0], reported_annual_reduction_tco2=None, total_investment=invested, investment_currency=currency
    )
    assert statuses(computed)[0] == "withheld_implausible"
    assert checks(computed) == {"tonnes_per_investment"}


def test_equity_and_debt_stand_in_for_an_investment_that_is_not_stated() -> None:
    """500,000 t over 1,000 x 10,000 yuan are 500 t per 10,000 yuan."""
    sheet = {"total_equity": "4000000.00", "total_debt": "6000000.00", "balance_sheet_date": "2024-12-31"}
    computed = plant([1_000_000.0], reported_annual_reduction_tco2=None, total_investment=None, **sheet)
    assert checks(computed) == {"tonnes_per_investment"}


@pytest.mark.parametrize(("invested", "is_withheld"), [("1000.00", True), ("499999.00", True), ("500001.00", False)])
def test_money_lent_above_ten_times_the_investment_withholds(invested: str, *, is_withheld: bool) -> None:
    """5,000,000 yuan were lent: an investment of 1,000 x 10,000 yuan was typed as 1,000 yuan."""
    computed = plant(STEADY, total_investment=invested, reported_annual_reduction_tco2=None)
    assert ("lent_over_invested" in checks(computed)) is is_withheld


@pytest.mark.parametrize(
    ("invested", "found"),
    [
        ("40000000.00", None),  # 4,000 yuan a kW, as built in 2021
        ("270000000.00", "questionable"),  # 27,000: dearer than the first plants of 2010
        ("100000000000.00", "implausible"),  # 10^11 yuan: a figure in fen, or another slip
        ("10000000.00", "questionable"),  # 1,000: a part of the plant, or another unit
    ],
)
def test_an_investment_far_beyond_what_plants_cost_is_withheld_with_its_shares(
    invested: str, found: str | None
) -> None:
    """10 MW of sun for so much: a tenfold investment makes a tenth of the share. Eleven months are not a whole year."""
    values = [1_000.0 + 7 * (month % 5) for month in range(11)]
    computed = plant(
        values, capacity="10000", capacity_unit="kW", total_investment=invested, reported_annual_reduction_tco2=None
    )
    levels = computed.judged.findings.filter(check_id="investment_per_capacity")["verdict_level"].unique().to_list()
    assert levels == ([] if found is None else [found])
    assert ("withheld_implausible" in statuses(computed)) is (found == "implausible")


@pytest.mark.parametrize(
    ("invested", "found"),
    [
        ("40000000.00", None),  # 6,000.5 t over 4,000 x 10,000 yuan: 1.5 t for 10,000 yuan
        ("100000000.00", "questionable"),  # 0.6 t
        ("1000000000.00", "implausible"),  # 0.06 t: an investment typed with a zero too many
    ],
)
def test_a_whole_year_of_few_tonnes_for_its_investment_is_withheld_without_any_capacity(
    invested: str, found: str | None
) -> None:
    """The least that sun, wind or water bring about for 10,000 yuan is 0.3 t; 0.8 t is asked."""
    computed = plant(STEADY, total_investment=invested, reported_annual_reduction_tco2=None)
    levels = computed.judged.findings.filter(check_id="few_tonnes_per_investment")["verdict_level"].unique().to_list()
    assert levels == ([] if found is None else [found])
    assert ("withheld_implausible" in statuses(computed)) is (found == "implausible")


def test_half_a_year_says_nothing_of_an_investment_that_is_large_for_it() -> None:
    computed = plant(STEADY[:6], total_investment="1000000000.00", reported_annual_reduction_tco2=None)
    assert statuses(computed)[:6] == ["measured"] * 6


@pytest.mark.parametrize(("invested", "withheld"), [("220000000000.00", 0), ("1000000000000.00", 3)])
def test_an_investment_beyond_the_dearest_dam_is_withheld_in_the_first_quarter(invested: str, withheld: int) -> None:
    """220 billion yuan is the dearest dam and a question; 10^12 yuan is not a project."""
    computed = plant(STEADY[:3], total_investment=invested, reported_annual_reduction_tco2=None)
    found = computed.judged.findings.filter(check_id="investment_of_project")["verdict_level"].unique().to_list()
    assert found == ["implausible" if withheld else "questionable"]
    assert statuses(computed).count("withheld_implausible") == withheld


def test_a_questionable_investment_and_a_questionable_month_do_not_withhold_together() -> None:
    """Two equal months ask; 1,000 yuan a kW ask: the one says nothing of the other."""
    values = [1_000.0 + 7 * (month % 5) for month in range(12)]
    values[4] = values[3]
    computed = plant(
        values, capacity="10", capacity_unit="MW", total_investment="10000000.00", reported_annual_reduction_tco2=None
    )
    assert {"frozen_run", "investment_per_capacity"} <= set(computed.judged.findings["check_id"])
    assert statuses(computed) == ["measured"] * 12


@pytest.mark.parametrize(("month", "value"), [(4, 10_050.0), (0, 100_000.0), (11, 50.0), (6, 2_900.0)])
def test_one_month_out_of_line_is_withheld_alone(month: int, value: float) -> None:
    """The quarters without it count."""
    values = [*STEADY]
    values[month] = value
    computed = plant(values)
    assert [number for number, status in enumerate(statuses(computed)) if status == "withheld_implausible"] == [month]
    quarters = {f"2025Q{number + 1}" for number in range(4)} - {f"2025Q{month // 3 + 1}"}
    assert {attributed(computed, quarter)["status"] for quarter in quarters} == {"measured"}


def test_three_equal_readings_are_withheld_and_two_are_asked() -> None:
    three, two = [*STEADY], [*STEADY]
    three[3:6], two[3:5] = [1234.5] * 3, [1234.5] * 2
    assert statuses(plant(three)).count("withheld_implausible") == 3
    asked = plant(two)
    assert statuses(asked) == ["measured"] * 12
    assert verdicts_of(asked).filter(check_id="frozen_run")["verdict"].to_list() == ["flagged"]


def verdicts_of(computed: Prepared) -> pl.DataFrame:
    known = reference()
    return verdicts(computed.judged.findings, known.judgements, known.sentences, known.figure_names)


def test_a_negative_year_is_not_withheld_for_being_negative() -> None:
    """Own use of some 100 MWh a month: 12 times some -50 t."""
    computed = plant([-100.0 - number for number in (3, 1, 2) * 4], reported_annual_reduction_tco2="6000")
    assert statuses(computed) == ["measured"] * 12
    assert attributed(computed, "2025")["attributed_reductions_tco2e"] < 0


def release(**named: Any) -> Landed:
    row = {
        "project_id": "P1",
        "period": "2025",
        "reason": "meter read on site",
        "released_by": "张三",
        "released_at": "2026-02-01T09:00:00+08:00",
        **named,
    }
    return land("releases", [row])


@pytest.mark.parametrize(
    ("period", "released"),
    [("2025", range(12)), ("2025H1", range(6)), ("2025Q2", range(3, 6)), ("2025-12", range(11, 12))],
)
def test_a_release_lets_the_months_of_its_period_count_and_is_printed_with_them(period: str, released: range) -> None:
    computed = plant([61_000.0 + 1_000 * month for month in range(12)], release(period=period))
    through = [number for number, status in enumerate(statuses(computed)) if status == "measured"]
    assert through == list(released)
    (flag,) = flags(computed).filter(code="released").to_dicts()
    assert (flag["subject"], "张三" in flag["message"], "meter read on site" in flag["message_zh"]) == (
        "P1",
        True,
        True,
    )
    kept = computed.judged.figures
    assert kept.height == 12
    assert kept["is_released"].sum() == len(released)


def test_a_released_year_is_attributed_in_full() -> None:
    """798,000 MWh x 0.5 = 399,000 t, of which a half."""
    computed = plant([61_000.0 + 1_000 * month for month in range(12)], release())
    assert attributed(computed, "2025") == {"status": "measured", "attributed_reductions_tco2e": 199_500.0}


def test_a_reading_after_the_release_needs_a_new_one() -> None:
    """Released on 2025-03-01; December's reading was reported on 2026-01-05."""
    early = release(released_at="2025-03-01T09:00:00+08:00")
    computed = plant([61_000.0 + 1_000 * month for month in range(12)], early)
    assert statuses(computed) == ["measured"] + ["withheld_implausible"] * 11  # February came on 2025-03-05
    assert flags(computed).filter(code="release_outdated").height == 1


def test_a_correction_received_after_the_release_needs_a_new_one_whatever_it_says_of_itself() -> None:
    """The correction states the time of the first delivery; it was received a day after the release."""
    values = [61_000.0 + 1_000 * month for month in range(12)]
    corrected = land(
        "operating",
        [{**year_of(values)[0], "value": "90000", "version": "2"}],
        number=2,
        at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC),
    )
    computed = plant(values, release(), corrected)
    assert statuses(computed)[0] == "withheld_implausible"
    assert set(statuses(computed)[1:]) == {"measured"}
    assert "release_outdated" in flags(computed)["code"].to_list()


def test_a_release_of_what_is_plausible_changes_nothing() -> None:
    assert plant(STEADY, release()).worked_out.months.equals(plant(STEADY).worked_out.months)


def test_coal_in_kilograms_under_tonnes_is_withheld_in_its_month() -> None:
    """100 t of coal for 2,000 GJ a month; in May 100,000 `t`."""
    coal = [100.0 + number for number in (3, 1, 2) * 4]
    coal[4] = 104_000.0
    readings = [
        *year_of(coal, "bituminous_coal_consumed", "t"),
        *year_of([2_000.0 + n for n in (3, 1, 2) * 4], "heat_delivered", "GJ"),
        *year_of([3.0 + 0.01 * n for n in (2, 3, 1) * 4], "electricity_consumed", "MWh"),
    ]
    project = make_project(method="steam_heating", commissioning_date="2025-01-01", reported_annual_reduction_tco2=None)
    boiler = make_parameter(parameter_id="baseline_boiler_efficiency", value="0.7", unit="ratio")
    computed = seen(make_book([project], readings=readings, parameters=[boiler]))
    assert [n for n, s in enumerate(statuses(computed)) if s == "withheld_implausible"] == [4]
    assert {"heat_over_fuel_of_month", "month_over_median"} <= checks(computed)


def boiler_of(heat: list[float], coal: float = 100.0, **named: Any) -> Prepared:
    """A boiler burning these tonnes of coal of 20 GJ/t a month (2,000 GJ of 100 t) for the heat of each month."""
    readings = [
        *year_of([coal + 0.1 * n for n in (3, 1, 2) * 4], "bituminous_coal_consumed", "t"),
        *year_of(heat, "heat_delivered", "GJ"),
        *year_of([coal / 33 + 0.01 * n for n in (2, 3, 1) * 4], "electricity_consumed", "MWh"),
    ]
    project = make_project(
        method="steam_heating", commissioning_date="2025-01-01", reported_annual_reduction_tco2=None, **named
    )
    own = [
        make_parameter(parameter_id="baseline_boiler_efficiency", value="0.7", unit="ratio"),
        make_parameter(parameter_id="fuel_ncv", scope="P1/bituminous_coal", value="20", unit="GJ/t"),
    ]
    return seen(make_book([project], readings=readings, parameters=own))


def test_a_boiler_cannot_give_more_heat_than_its_fuel_over_three_months_though_it_may_seem_to_in_one() -> None:
    """2,180 GJ of 2,000 GJ of coal is 1.09: in one month coal of the stock was burned, over three there is none."""
    once = [1_700.0 + n for n in (3, 1, 2) * 4]
    assert set(statuses(boiler_of([*once[:4], 2_180.0, *once[5:]]))) == {"measured"}
    three = boiler_of([*once[:4], 2_180.0, 2_183.0, 2_181.0, *once[7:]])
    assert [n for n, status in enumerate(statuses(three)) if status == "withheld_implausible"] == [4, 5, 6]
    assert checks(three) >= {"heat_over_fuel_of_three_months"}


def test_heat_above_the_capacity_and_below_what_is_impossible_is_withheld_in_its_month() -> None:
    """10 t/h x 2.5 GJ/t x 24 h x 31 days = 18,600 GJ; May gives 1.1 times that."""
    heat = [15_000.0 + n for n in (3, 1, 2) * 4]
    capacity = {"capacity": "10", "capacity_unit": "t/h"}
    assert set(statuses(boiler_of(heat, 1_000.0, **capacity))) == {"measured"}
    above = boiler_of([*heat[:4], 1.1 * 18_600, *heat[5:]], 1_000.0, **capacity)
    assert [n for n, status in enumerate(statuses(above)) if status == "withheld_implausible"] == [4]
    assert "heat_over_capacity_of_month" in checks(above)


@pytest.mark.parametrize(
    ("unit", "is_flagged"), [("t/h", False), ("MW", False), (None, True), ("台", True), ("m2", True)]
)
def test_a_capacity_that_bounds_no_reading_says_so_in_both_languages(unit: str | None, is_flagged: bool) -> None:
    book = make_book([make_project(method="steam_heating", capacity="10", capacity_unit=unit)])
    flags = book.flags.filter(code="capacity_bounds_nothing").rows(named=True)
    assert [row["subject"] for row in flags] == ["P1"] * is_flagged
    assert all("t/h" in row["message"] and "请报送容量单位" in row["message_zh"] for row in flags)


def test_a_roof_is_judged_by_what_it_uses_and_exports_together() -> None:
    """9.8 MW: 500 + 500 MWh a month; in March 5,000 + 500 of at most 7,291 possible, a capacity factor of 0.75."""
    used, sent = [500.0 + n for n in (3, 1, 2) * 4], [500.0 + n for n in (2, 3, 1) * 4]
    used[2] = 5_000.0
    readings = [*year_of(used, "electricity_self_used"), *year_of(sent, "electricity_exported")]
    project = make_project(
        **{**POWER, "method": "rooftop_pv"},
        capacity="9.8",
        capacity_unit="MW",
        commissioning_date="2025-01-01",
        reported_annual_reduction_tco2=None,
    )
    computed = seen(make_book([project], readings=readings, parameters=[make_parameter(value="0.5")]))
    assert [n for n, s in enumerate(statuses(computed)) if s == "withheld_implausible"] == [2]
    assert "capacity_factor_of_month" in checks(computed)


def test_every_check_has_words_in_both_languages_and_a_row_of_bounds() -> None:
    known = reference()
    rows = set(known.bounds["check_id"])
    for name, check in known.judgements.items():
        assert name in rows, name
        assert check["family"] in {"level", "companion", "shape"}, name
        assert all(check[f"{part}_{lang}"] for part in ("title", "reason") for lang in ("zh", "en")), name


def test_a_question_about_two_months_is_not_asked_of_other_days() -> None:
    """April and May read alike: a figure of 2025 or of May asks, one of the fourth quarter does not."""
    values = [*STEADY]
    values[3:5] = [1234.5] * 2
    computed = plant(values)
    asked = written(implausible_figures(verdicts_of(computed)))
    assert asked.select("period_from_date", "period_to_date").rows() == [(dt.date(2025, 4, 1), dt.date(2025, 5, 31))]
    answers = {
        period.name: [
            flag["code"]
            for flag in figures(computed.holdings, book_flags(asked), period, "period_end", "loan")["flags"]
        ]
        for period in (year(2025), quarter(2025, 2), quarter(2025, 4))
    }
    assert ["implausible_figure" in codes for codes in answers.values()] == [True, True, False]


def transition(own_emissions: Sequence[float]) -> Prepared:
    """Some 10,000 t of product a month at 2.0 t a tonne in the base year: a baseline of 20,000 t."""
    output = [10_000.0 + 37 * (month % 5) for month in range(len(own_emissions))]
    readings = year_of(output, "product_output", "t")
    emissions = year_of(own_emissions, "own_emissions", "tCO2e")
    project = make_project(
        method="transition_intensity",
        commissioning_date="2025-01-01",
        total_investment="900000000.00",
        reported_annual_reduction_tco2=None,
    )
    own = [make_parameter(parameter_id="base_year_intensity", scope="P1", value="2.0", unit="tCO2e/t")]
    return seen(make_book([project], [make_loan()], [make_entry()], readings=[*readings, *emissions], parameters=own))


def test_a_plant_that_emits_a_thousandth_of_its_base_year_is_withheld_on_the_first_night() -> None:
    """19 kt where 19,000 t belong: 19 / 20,000; nothing else bounds what a plant emits."""
    assert set(statuses(transition([19.0, 19.3, 18.9]))[:3]) == {"withheld_implausible"}
    assert "project_over_baseline" in checks(transition([19.0, 19.3, 18.9]))
    assert set(statuses(transition([19_000.0, 19_300, 18_900]))[:3]) == {"measured"}


def test_one_month_of_a_plant_far_above_its_base_year_is_withheld_alone() -> None:
    """60,000 t over 20,000 t; the other months emit as in the base year."""
    found = statuses(transition([19_000.0, 19_300, 60_000, 18_900]))[:4]
    assert found == ["measured", "measured", "withheld_implausible", "measured"]


@pytest.mark.parametrize(
    "days", [[(1, 12)], [(1, 6), (7, 12)], [(1, 3), (4, 6), (7, 9), (10, 12)]], ids=["year", "halves", "quarters"]
)
@pytest.mark.parametrize(("hours", "status"), [(3_100, "withheld_implausible"), (1_100, "measured")])
def test_what_is_read_by_the_year_or_quarter_has_the_level_of_its_plant(
    days: list[tuple[int, int]], hours: int, status: str
) -> None:
    """10 MW of sun in Jiangxi: 1,100 hours are a year, 3,100 are none (the most is 1,700)."""
    readings = [
        make_reading(
            period_start=f"2025-{first:02}-01",
            period_end=str(last_day(last)),
            metric="electricity_supplied",
            value=10 * hours / len(days),
            unit="MWh",
        )
        for first, last in days
    ]
    project = make_project(
        **{
            **POWER,
            "capacity": "10",
            "capacity_unit": "MW",
            "commissioning_date": "2025-01-01",
            "total_investment": "40000000.00",
            "reported_annual_reduction_tco2": None,
        }
    )
    book = make_book(
        [project], [make_loan()], [make_entry()], readings=readings, parameters=[make_parameter(value="0.5")]
    )
    assert set(statuses(seen(book))) == {status}


@pytest.mark.parametrize(
    ("equity", "debt", "found"),
    [
        ("10000000.00", "30000000.00", set()),
        ("1000.00", "3000.00", {"sheet_over_investment", "balance_over_debt"}),  # 万元 under yuan
        ("10000000.00", "3000.00", {"balance_over_debt"}),  # of the debt alone
    ],
)
def test_a_balance_sheet_in_another_unit_than_the_investment_withholds(equity: str, debt: str, found: set[str]) -> None:
    """40 million yuan were invested, and 5 million were lent before the sheet's day."""
    sheet = {"total_equity": equity, "total_debt": debt, "balance_sheet_date": "2024-12-31"}
    project = make_project(
        **{
            **POWER,
            **sheet,
            "total_investment": "40000000.00",
            "commissioning_date": "2025-01-01",
            "reported_annual_reduction_tco2": None,
        }
    )
    loan = make_loan(contract_amount="5000000.00", signed_date="2024-01-01")
    entry = make_entry(amount="5000000.00", value_date="2024-06-30")
    own = [make_parameter(value="0.5")]
    computed = seen(make_book([project], [loan], [entry], readings=year_of(STEADY[:3]), parameters=own))
    implausible = computed.judged.findings.filter(verdict_level="implausible")
    assert set(implausible["check_id"]) == found


@pytest.mark.parametrize("rest", [0.0, -2.5, -50.0])
def test_a_plant_that_was_idle_for_a_month_says_so_and_has_its_year(rest: float) -> None:
    """Under repair in June: nothing, or what its own lights took; 11,999 MWh x 0.5 of the others, and less."""
    values = [*STEADY]
    values[5] = rest
    computed = plant(values, reported_annual_reduction_tco2=None)
    assert statuses(computed) == ["measured"] * 12
    assert attributed(computed, "2025")["attributed_reductions_tco2e"] == pytest.approx(sum(values) / 4)


def test_three_months_of_nothing_in_a_row_are_withheld_still() -> None:
    values = [*STEADY]
    values[5:8] = [0.0] * 3
    assert statuses(plant(values, reported_annual_reduction_tco2=None)).count("withheld_implausible") == 3


def test_a_month_that_used_nothing_and_made_something_is_withheld() -> None:
    """No electricity of the pumps in June, and heat as ever: it makes tonnes."""
    power = [50.0 + month % 3 for month in range(12)]
    power[5] = 0.0
    project = make_project(
        method="steam_heating_waste_heat",
        commissioning_date="2025-01-01",
        total_investment="9000000.00",
        reported_annual_reduction_tco2=None,
    )
    own = [make_parameter(parameter_id="baseline_boiler_efficiency", scope="P1", value="0.65", unit="ratio")]
    readings = [
        *year_of(power, "electricity_consumed", "MWh"),
        *year_of([9_000.0 + 70 * (month % 4) for month in range(12)], "heat_delivered", "GJ"),
    ]
    computed = seen(make_book([project], [make_loan()], [make_entry()], readings=readings, parameters=own))
    held = [number for number, status in enumerate(statuses(computed)) if status == "withheld_implausible"]
    assert held == [5]


def test_machines_that_run_on_electricity_alone_report_no_diesel_all_year() -> None:
    """Twelve zeros of diesel are not a stopped meter where power was used."""
    project = make_project(
        method="electric_farm_machinery",
        commissioning_date="2025-01-01",
        reported_annual_reduction_tco2=None,
        total_investment="2000000.00",
    )
    readings = [
        *year_of([0.0] * 12, "diesel_consumed", "t"),
        *year_of([8.0 + month / 7 for month in range(12)], "electricity_consumed", "MWh"),
        *year_of([900.0 + 13 * month for month in range(12)], "combine_harvested_area", "ha"),
    ]
    computed = seen(make_book([project], [make_loan()], [make_entry()], readings=readings))
    assert "zero_run" not in set(computed.judged.findings["check_id"])


def test_the_pumps_of_a_heating_network_work_in_winter_and_none_is_withheld_for_it() -> None:
    """Ten times the power of summer in the cold months, more or less as cold as they are."""
    power = [400.0, 380, 300, 60, 8, 5, 5, 5, 6, 40, 260, 390]
    heat = [90_000.0, 85_000, 60_000, 7_000, 0, 0, 0, 0, 0, 4_000, 52_000, 88_000]
    gas = [310.0, 292, 207, 26, 0, 0, 0, 0, 0, 14, 178, 301]
    project = make_project(
        method="steam_heating",
        commissioning_date="2025-01-01",
        total_investment="90000000.00",
        reported_annual_reduction_tco2=None,
    )
    own = [
        make_parameter(parameter_id=name, scope="P1", value=value, unit="ratio")
        for name, value in (("is_space_heating", "1"), ("baseline_boiler_efficiency", "0.65"))
    ]
    readings = [
        *year_of(power, "electricity_consumed", "MWh"),
        *year_of(heat, "heat_delivered", "GJ"),
        *year_of(gas, "natural_gas_consumed", "10^4Nm3"),
    ]
    computed = seen(make_book([project], [make_loan()], [make_entry()], readings=readings, parameters=own))
    assert computed.judged.findings.filter(verdict_level="implausible").is_empty()
    assert "withheld_implausible" not in statuses(computed)


@pytest.mark.parametrize(("mwh", "is_withheld"), [(250.0, False), (0.25, True)])
def test_water_treated_with_a_thousandth_of_the_power_is_withheld(mwh: float, *, is_withheld: bool) -> None:
    """620,000 m3 with 250 MWh are 0.40 kWh a m3; with 250 kWh written as MWh 0.0004."""
    project = make_project(
        method="wastewater_treatment",
        commissioning_date="2025-01-01",
        total_investment="9000000.00",
        reported_annual_reduction_tco2=None,
    )
    readings = [
        *year_of([mwh], "electricity_consumed", "MWh"),
        *year_of([620_000.0], "septic_wastewater_treated", "m3"),
        *year_of([0.0], "methane_recovered", "t"),
        *year_of([620_000.0], "septic_wastewater_replaced", "m3"),
    ]
    own = [make_parameter(parameter_id="organic_load", scope="P1", value="0.0003", unit="t/m3")]
    computed = seen(make_book([project], [make_loan()], [make_entry()], readings=readings, parameters=own))
    assert ("electricity_per_flow" in set(computed.judged.findings["check_id"])) is is_withheld
    assert ("withheld_implausible" in statuses(computed)) is is_withheld


def heat_pumps(heat: Sequence[float], mwh: Sequence[float], coal: Sequence[float]) -> Prepared:
    """A village heated by the air, with a coal boiler for the coldest nights."""
    project = make_project(
        method="air_source_heat_pump",
        commissioning_date="2025-01-01",
        total_investment="9000000.00",
        reported_annual_reduction_tco2=None,
    )
    own = [
        make_parameter(parameter_id=name, scope="P1", value=value, unit=unit)
        for name, value, unit in (
            ("baseline_boiler_efficiency", "0.65", "ratio"),
            ("refrigerant_gwp", "1923.5", "tCO2e/t"),
        )
    ]
    readings = [
        *year_of(heat, "heat_delivered", "GJ"),
        *year_of(mwh, "electricity_consumed", "MWh"),
        *year_of(coal, "bituminous_coal_consumed", "t"),
        *year_of([0.0] * len(heat), "refrigerant_refilled", "t"),
    ]
    return seen(make_book([project], [make_loan()], [make_entry()], readings=readings, parameters=own))


def test_heat_pumps_are_not_taken_for_boilers_that_use_too_much_power_or_too_little_coal() -> None:
    """2,700 GJ of 300 MWh are a COP of 2.5, 111 kWh a GJ; the coal beside them goes up and down with the frost."""
    computed = heat_pumps([2_700.0, 2_650, 2_720, 2_690], [300.0, 296, 301, 299], [2.0, 9, 1, 5])
    assert checks(computed).isdisjoint({"electricity_per_heat", "paired_meters"})
    assert "withheld_implausible" not in statuses(computed)


@pytest.mark.parametrize(("mwh", "is_withheld"), [(70.0, False), (60.0, True), (3_000.0, True)])
def test_a_month_of_heat_pumps_beyond_physics_is_withheld(mwh: float, *, is_withheld: bool) -> None:
    """2,700 GJ are 750 MWh: a COP of 10.7, 12.5 and 0.25. Some of it may be of the coal: withheld, not refused."""
    computed = heat_pumps([2_700.0], [mwh], [20.0])
    assert ("withheld_implausible" in statuses(computed)) is is_withheld
