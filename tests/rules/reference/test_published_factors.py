"""The factor tables are the published ones: the numbers are here a second time, copied from the source apart."""

from typing import Final

import globalwarmingpotentials
import polars as pl
import pytest

from tests.makers import reference
from tests.rules.reference.test_reference import REFERENCE
from transforms.factors.factor_sets import in_force

PROVINCES: Final = {
    "京": "BJ", "津": "TJ", "冀": "HE", "晋": "SX", "蒙": "NM", "辽": "LN", "吉": "JL", "黑": "HL",
    "沪": "SH", "苏": "JS", "浙": "ZJ", "皖": "AH", "闽": "FJ", "赣": "JX", "鲁": "SD", "豫": "HA",
    "鄂": "HB", "湘": "HN", "粤": "GD", "桂": "GX", "琼": "HI", "渝": "CQ", "川": "SC", "黔": "GZ",
    "滇": "YN", "陕": "SN", "甘": "GS", "青": "QH", "宁": "NX", "新": "XJ",
}  # fmt: skip

AVERAGES: Final = {
    # 公告2024年第12号
    2021: "京0.5688 津0.7355 冀0.7901 晋0.7222 蒙0.7025 辽0.5876 吉0.5629 黑0.6342 沪0.5834 苏0.6451 "
    "浙0.5422 皖0.7075 闽0.4711 赣0.5835 鲁0.6838 豫0.6369 鄂0.3672 湘0.5138 粤0.4715 桂0.5154 "
    "琼0.4524 渝0.4743 川0.1255 黔0.5182 滇0.1235 陕0.6336 甘0.4955 青0.1326 宁0.6546 新0.6577",
    # announcement of 2024-12-20
    2022: "京0.5580 津0.7041 冀0.7252 晋0.7096 蒙0.6849 辽0.5626 吉0.4932 黑0.5368 沪0.5849 苏0.5978 "
    "浙0.5153 皖0.6782 闽0.4092 赣0.5752 鲁0.6410 豫0.6058 鄂0.4364 湘0.4900 粤0.4403 桂0.4044 "
    "琼0.4184 渝0.5227 川0.1404 黔0.4989 滇0.1073 陕0.6558 甘0.4772 青0.1567 宁0.6423 新0.6231",
    # 公告2025年第47号
    2023: "京0.5554 津0.6796 冀0.6516 晋0.6634 蒙0.6479 辽0.4878 吉0.4671 黑0.5229 沪0.5737 苏0.5827 "
    "浙0.4974 皖0.6553 闽0.4211 赣0.5836 鲁0.6191 豫0.5897 鄂0.4044 湘0.4976 粤0.4419 桂0.4476 "
    "琼0.3648 渝0.5581 川0.1564 黔0.5683 滇0.1333 陕0.6335 甘0.4471 青0.1796 宁0.6187 新0.6021",
}
"""Average grid factors of the provinces, kgCO2/kWh, as the three announcements print them."""

REGIONS: Final = {
    "North": (0.7120, 0.6776, 0.6361), "Northeast": (0.6012, 0.5564, 0.5122), "East": (0.5992, 0.5617, 0.5500),
    "Central": (0.5354, 0.5395, 0.5271), "Northwest": (0.5951, 0.5857, 0.5543), "South": (0.4326, 0.3869, 0.4042),
    "Southwest": (0.2113, 0.2268, 0.2472),
}  # fmt: skip
"""The same announcements: seven regional grids, 2021 to 2023."""

NATION: Final = {
    "grid_ef": (0.5568, 0.5366, 0.5306),
    "grid_fossil_ef": (0.8426, 0.8325, 0.8273),
    "grid_residual_ef": (0.5942, 0.5856, 0.6096),
}
"""The same announcements: all China, on average, from fossil fuels, and without the non-fossil electricity traded."""

MARGINS: Final = {
    "North": (0.9419, 0.4819),
    "Northeast": (1.0826, 0.2399),
    "East": (0.7921, 0.3870),
    "Central": (0.8587, 0.2854),
    "Northwest": (0.8922, 0.4407),
    "South": (0.8042, 0.2135),
}
"""Operating and build margins, 2019 edition, tCO2/MWh."""

NDRC_GUIDE: Final = {
    "bituminous_coal": (23.204, 0.02618, 0.93), "anthracite": (24.515, 0.02749, 0.94),
    "lignite": (14.449, 0.02800, 0.96), "washed_coal": (26.344, 0.02540, 0.93), "coke": (28.446, 0.02940, 0.93),
    "diesel": (43.33, 0.02020, 0.98), "gasoline": (44.80, 0.01890, 0.98), "fuel_oil": (40.19, 0.02110, 0.98),
    "lpg": (47.31, 0.01720, 0.99), "natural_gas": (389.31, 0.01530, 0.99), "lng": (41.868, 0.01530, 0.99),
}  # fmt: skip
"""NDRC guide for other industries: GJ per t (10^4 Nm3), tC/GJ, part burned."""

PROVINCIAL_GUIDE: Final = {
    "bituminous_coal": (19.57, 26.1, 0.93, 1.7418), "lignite": (11.9, 28.0, 0.96, 1.1729),
    "coke": (28.435, 29.5, 0.93, 2.8604), "diesel": (42.652, 20.2, 0.98, 3.0959),
    "gasoline": (43.07, 18.9, 0.98, 2.9251), "fuel_oil": (41.816, 21.1, 0.98, 3.1705),
    "lpg": (50.179, 17.2, 0.98, 3.1013), "natural_gas": (389.31, 15.3, 0.99, 21.6219),
    "lng": (51.498, 15.3, 0.98, 2.8313),
}  # fmt: skip
"""Provincial inventory guide 2025, as a public table cites it: GJ per t or 10^4 Nm3, tC/TJ, part burned, tCO2 of it."""


def of_year(parameter_id: str, scope: str, year: int) -> float:
    """The value that a reading of the last day of the year takes."""
    last = pl.date(year, 12, 31)
    rows = reference().parameters.filter(pl.col("parameter_id") == parameter_id, pl.col("scope") == scope)
    return float(rows.filter(pl.col("valid_from") <= last, pl.col("valid_to") >= last)["value"].item())


def on_file(parameter_id: str, scope: str) -> float:
    rows = reference().parameters.filter(pl.col("parameter_id") == parameter_id, pl.col("scope") == scope)
    return float(rows["value"].item())


@pytest.mark.parametrize("year", list(AVERAGES))
def test_the_average_grid_factors_of_30_provinces_are_those_announced(year: int) -> None:
    announced = {f"CN-{PROVINCES[entry[0]]}": float(entry[1:]) for entry in AVERAGES[year].split()}
    assert len(announced) == 30
    assert {scope: of_year("grid_ef", scope, year) for scope in announced} == announced


def test_the_average_grid_factors_of_seven_regions_are_those_announced() -> None:
    for region, announced in REGIONS.items():
        assert tuple(of_year("grid_ef", region, year) for year in (2021, 2022, 2023)) == announced, region


def test_the_national_factors_are_those_announced() -> None:
    for parameter_id, announced in NATION.items():
        assert tuple(of_year(parameter_id, "CN", year) for year in (2021, 2022, 2023)) == announced, parameter_id


def test_the_national_factors_fell_by_what_the_press_reported() -> None:
    """-3.6 % and -1.1 % on average, -1.2 % from fossil fuels (press of 2024-12-26 and 2026-01)."""
    change = {
        (name, year): round((of_year(name, "CN", year) / of_year(name, "CN", year - 1) - 1) * 100, 1)
        for name, year in (("grid_ef", 2022), ("grid_ef", 2023), ("grid_fossil_ef", 2022))
    }
    assert list(change.values()) == [-3.6, -1.1, -1.2]


def test_no_average_factor_of_a_region_can_pass_for_a_margin() -> None:
    """Averages are for consumption; a region's own row is asked for by no formula that generates."""
    generation = reference().parameters.filter(pl.col("parameter_id").is_in(["grid_om_ef", "grid_bm_ef", "grid_cm_ef"]))
    assert set(generation["source"]) == {"mee_baseline_2019"}


def test_the_margins_of_six_regional_grids_are_those_of_the_2019_edition() -> None:
    for region, margins in MARGINS.items():
        assert (on_file("grid_om_ef", region), on_file("grid_bm_ef", region)) == margins


def test_the_fuels_of_the_provincial_guide_are_in_force_and_give_its_factors() -> None:
    for fuel, (heat, carbon, burned, per_unit) in PROVINCIAL_GUIDE.items():
        assert on_file("fuel_ncv", fuel) == heat
        assert on_file("fuel_carbon_content", fuel) == pytest.approx(carbon / 1000, rel=1e-12)
        assert on_file("fuel_oxidation", fuel) == burned
        assert heat * carbon / 1000 * burned * 44 / 12 == pytest.approx(per_unit, abs=5.1e-5), fuel


def test_the_fuels_of_the_ndrc_guide_are_kept_beside_them() -> None:
    for fuel, values in NDRC_GUIDE.items():
        found = [on_file(name, f"{fuel}@ndrc_guide") for name in ("fuel_ncv", "fuel_carbon_content", "fuel_oxidation")]
        assert tuple(found) == values, fuel


def test_the_calorific_values_of_bituminous_coal_differ_by_16_per_cent_between_the_sets() -> None:
    assert 1 - on_file("fuel_ncv", "bituminous_coal") / on_file("fuel_ncv", "bituminous_coal@ndrc_guide") == (
        pytest.approx(0.157, abs=5e-4)
    )


@pytest.mark.parametrize(("parameter_id", "gas"), [("gwp_ch4", "CH4"), ("gwp_n2o", "N2O")])
@pytest.mark.parametrize("report", ["AR4", "AR5", "AR6"])
def test_global_warming_potentials_are_those_of_the_package(parameter_id: str, gas: str, report: str) -> None:
    scope = "all" if report == reference().factor_sets["gwp"]["in_force"] else f"all@{report}"
    assert on_file(parameter_id, scope) == globalwarmingpotentials.data[f"{report}GWP100"][gas]


def test_the_potentials_in_force_are_28_and_265() -> None:
    """IPCC AR5, 100 years, without climate-carbon feedbacks."""
    assert (on_file("gwp_ch4", "all"), on_file("gwp_n2o", "all")) == (28, 265)


def test_standard_coal_is_as_the_general_rules_of_energy_consumption_have_it() -> None:
    """GB/T 2589-2020: kgce/kg, gas in kgce/m3, electricity in kgce/kWh."""
    by_weight = {"raw_coal": 0.7143, "diesel": 1.4571, "gasoline": 1.4714, "steam_low_pressure": 0.1286}
    for scope, value in by_weight.items():
        assert on_file("standard_coal_coefficient", scope) == value
    for scope, value in {"natural_gas": 1.2143, "natural_gas_range_low": 1.1, "natural_gas_oilfield": 1.33}.items():
        assert on_file("standard_coal_coefficient", scope) == pytest.approx(value * 10, rel=1e-12)
    assert on_file("electricity_standard_coal", "equivalent") == 0.1229


def test_a_gigajoule_is_34_1208_kilograms_of_standard_coal() -> None:
    """7,000 kcal/kg at 4.1868 kJ/kcal is 29.3076 GJ/t; 1,000 / 29.3076 = 34.1208."""
    assert on_file("standard_coal_heat", "all") == pytest.approx(7 * 4.1868, rel=1e-12)
    assert on_file("heat_standard_coal", "all") * 1000 == pytest.approx(34.1208, abs=5e-5)
    assert on_file("heat_standard_coal", "all") * on_file("standard_coal_heat", "all") == pytest.approx(1, rel=1e-15)
    assert on_file("heat_standard_coal", "gbt_2589_printed") == round(on_file("heat_standard_coal", "all"), 5)


def test_the_factor_of_green_credit_reports_is_the_one_that_published_pairs_show() -> None:
    """CDB green bond of September 2023: 259,900 t of CO2 for 105,500 tce."""
    assert on_file("tce_ef", "green_credit") == pytest.approx(259_900 / 105_500, abs=0.005)
    assert on_file("tce_ef", "ndrc_eri") == pytest.approx(0.67 * 44 / 12, abs=5e-5)
    assert on_file("tce_ef", "coal") == pytest.approx(29.3076 * 26.37 / 1000 * 0.94 * 44 / 12, abs=0.005)


def test_constants_are_ratios_and_not_rounded_numbers() -> None:
    assert on_file("carbon_to_co2", "all") == 44 / 12
    assert on_file("n2o_n_to_n2o", "all") == 44 / 28
    assert on_file("hectares_per_mu", "all") * 15 == 1


def test_no_factor_that_is_there_for_comparison_holds_for_a_project_by_itself() -> None:
    """Boiler efficiencies, an example's coal rate and rates of other sets wait for somebody to choose them."""
    rows = reference().parameters
    places = {"all", *reference().regions["province_code"], *reference().regions["grid_region"].drop_nulls()}
    for parameter_id in ("baseline_boiler_efficiency", "supply_coal_rate"):
        scopes = set(rows.filter(pl.col("parameter_id") == parameter_id)["scope"])
        assert scopes
        assert not scopes & places
    assert set(rows.filter(pl.col("parameter_id") == "reference_enthalpy")["scope"]) == {"all", "without_deduction"}


def test_a_fuel_never_takes_its_factors_from_two_sets() -> None:
    """Whichever set is in force, the rows of a fuel that hold for it name one and the same source."""
    written, fuels = pl.read_csv(REFERENCE / "parameters.csv", infer_schema=False), reference().factor_sets["fuels"]
    for choice in fuels["sets"]:
        rows = in_force(written, {"fuels": {**fuels, "in_force": choice}})
        holding = rows.filter(pl.col("parameter_id").is_in(fuels["parameters"]), ~pl.col("scope").str.contains("@"))
        sources = holding.group_by("scope").agg(pl.col("source_id").n_unique())
        assert sources["source_id"].unique().to_list() == [1], choice
