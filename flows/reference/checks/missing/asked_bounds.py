"""The rows of bounds.csv that the program asks for: of each check, what its limits hold for, with their condition.

A row or limit that is gone would judge nothing, and no figure would say so. Rows beside these are free.
"""

from collections.abc import Mapping
from typing import Final

from transforms.ground.bounds import LIMITS

ASKED: Final[Mapping[str, frozenset[str]]] = {
    check: frozenset(" ".join(rows.split()).split("; "))
    for check, rows in {
        "after_a_gap": "hydro; process; solar; wind",
        "annual_rate": "*; CNY; JPY",
        "area_over_land": "*; *, several_crops; *, several_passes",
        "balance_over_debt": "*",
        "biomass_change_over_land": "bamboo",
        "capacity_factor_of_month": "hydro; offshore_wind; solar; wind",
        "electricity_over_capacity": "*; *, hydro; *, offshore_wind; *, solar; *, wind",
        "electricity_per_flow": "*",
        "electricity_per_heat": "*; air_source_heat_pump",
        "electricity_per_room_night": "*",
        "electricity_per_wastewater": "*",
        "few_tonnes_per_investment": """
            *; afforestation; bamboo; building_retrofit; electric_farm_machinery; fertilizer_n2o;
            forest_stock_change; grid_renewable; grid_renewable_coal_rate; led_lighting; manure_biogas;
            rice_methane; rooftop_pv; steam_heating; steam_heating_chp_efficiency; steam_heating_chp_energy;
            steam_heating_chp_heat_ratio; steam_heating_default_factor; steam_heating_standard_coal;
            steam_heating_waste_heat; straw_utilization; wastewater_treatment; water_saving
        """,
        "flow_over_capacity": "*",
        "frozen_run": "*",
        "fuel_over_capacity": "*",
        "full_load_hours": """
            biomass; geothermal; hydro; offshore_wind; solar; solar/CN-AH; solar/CN-BJ; solar/CN-CQ;
            solar/CN-FJ; solar/CN-GD; solar/CN-GS; solar/CN-GX; solar/CN-GZ; solar/CN-HA; solar/CN-HB;
            solar/CN-HE; solar/CN-HI; solar/CN-HL; solar/CN-HN; solar/CN-JL; solar/CN-JS; solar/CN-JX;
            solar/CN-LN; solar/CN-NM; solar/CN-NX; solar/CN-QH; solar/CN-SC; solar/CN-SD; solar/CN-SH;
            solar/CN-SN; solar/CN-SX; solar/CN-TJ; solar/CN-XJ; solar/CN-XZ; solar/CN-YN; solar/CN-ZJ;
            solar_thermal; wind; wind/CN-FJ; wind/CN-GS; wind/CN-GX; wind/CN-HE; wind/CN-HL; wind/CN-JL;
            wind/CN-LN; wind/CN-NM; wind/CN-NX; wind/CN-SC; wind/CN-XJ; wind/CN-YN
        """,
        "head_days_over_places": "*",
        "heat_delivered_over_sent_out": "*",
        "heat_over_capacity": "*",
        "heat_over_capacity_of_month": "*",
        "heat_over_energy_bought": "*",
        "heat_over_fuel_heat": "*",
        "heat_over_fuel_of_month": "boiler; combined",
        "heat_over_fuel_of_three_months": "boiler",
        "heat_sent_out_over_boiler_heat": "*",
        "hours_over_period": "*",
        "investment_of_project": "*",
        "investment_per_capacity": """
            electric/biomass; electric/hydro; electric/offshore_wind; electric/solar; electric/wind;
            flow/wastewater_treatment; forest; heat; heat_beside_power; places
        """,
        "judging_fewest": "misfit; other_months; pairs; peers; shifted_months; yuan_of_investment",
        "judging_steep": "level; months",
        "lamp_hours_a_day": "indoor_lamp_hours; industrial_lamp_hours; street_lamp_hours; tunnel_lamp_hours",
        "lent_over_invested": "*",
        "measured_over_promised": """
            *; Biomass Energy; Cement; Coal bed/mine methane; EE Industry; EE own generation; EE supply
            side; Existing dam; Fossil fuel switch; Fugitive; Geothermal; HFCs; Hydro; Landfill gas; Methane
            avoidance; N2O; New dam; Run of river; Solar; Solar PV; Wind
        """,
        "methane_per_wastewater": "*",
        "month_over_median": "hydro; process; season; solar; space_heating; wind",
        "month_over_peers": "hydro; solar; wind",
        "month_over_same_month": "hydro; process; season; solar; space_heating; wind",
        "nitrogen_per_area": "*",
        "output_over_capacity": "*",
        "paired_meters": "electricity; heat; output",
        "parameter_band": """
            baseline_boiler_efficiency; baseline_fuel_ef; baseline_fuel_per_area; baseline_fuel_per_area,
            combine_harvester; baseline_fuel_per_area, rice_transplanter; baseline_fuel_per_area,
            spray_drone; baseline_fuel_per_area, tractor; baseline_nitrogen_rate; baseline_removal_rate;
            benchmark_boiler_efficiency; chp_reference_heat_efficiency; chp_reference_power_efficiency;
            coal_ef; efficiency_gain; fuel_carbon_content; fuel_carbon_content, anthracite;
            fuel_carbon_content, bituminous_coal; fuel_carbon_content, blast_furnace_gas;
            fuel_carbon_content, coke; fuel_carbon_content, coke_oven_gas; fuel_carbon_content,
            converter_gas; fuel_carbon_content, crude_oil; fuel_carbon_content, diesel; fuel_carbon_content,
            fuel_oil; fuel_carbon_content, gasoline; fuel_carbon_content, lignite; fuel_carbon_content, lng;
            fuel_carbon_content, lpg; fuel_carbon_content, natural_gas; fuel_carbon_content, petcoke;
            fuel_carbon_content, washed_coal; fuel_ef; fuel_ef, anthracite; fuel_ef, biomass; fuel_ef,
            bituminous_coal; fuel_ef, blast_furnace_gas; fuel_ef, coke; fuel_ef, coke_oven_gas; fuel_ef,
            converter_gas; fuel_ef, crude_oil; fuel_ef, diesel; fuel_ef, fuel_oil; fuel_ef, gasoline;
            fuel_ef, lignite; fuel_ef, lng; fuel_ef, lpg; fuel_ef, natural_gas; fuel_ef, petcoke; fuel_ef,
            washed_coal; fuel_ncv; fuel_ncv, anthracite; fuel_ncv, biomass; fuel_ncv, bituminous_coal;
            fuel_ncv, blast_furnace_gas; fuel_ncv, coke; fuel_ncv, coke_oven_gas; fuel_ncv, converter_gas;
            fuel_ncv, crude_oil; fuel_ncv, diesel; fuel_ncv, fuel_oil; fuel_ncv, gasoline; fuel_ncv,
            lignite; fuel_ncv, lng; fuel_ncv, lpg; fuel_ncv, natural_gas; fuel_ncv, petcoke; fuel_ncv,
            washed_coal; fuel_oxidation; grid_bm_ef; grid_cm_ef; grid_ef; grid_fossil_ef; grid_om_ef;
            grid_residual_ef; heat_ef; hydro_reservoir_ef; lighting_rebound; manure_methane_capacity;
            manure_methane_capacity, dairy_cattle; manure_methane_capacity, other_cattle;
            manure_methane_capacity, poultry; manure_methane_capacity, swine; measured_seasonal_cop;
            methane_capacity; n2o_direct_ef; network_efficiency; new_lamp_power; occupancy_adjustment;
            organic_load; organic_load, aerobic; organic_load, anaerobic; organic_load,
            industrial_anaerobic; organic_load, septic; power_density; project_boiler_efficiency;
            reference_enthalpy; replaced_lamp_power; reservoir_ef; rice_methane_ef; rice_n2o_increase;
            self_use_ef; steam_enthalpy; steam_pressure; steam_temperature; straw_ch4_ef; straw_n2o_ef;
            supply_coal_rate; upstream_methane_leak; volatile_solids; volatile_solids, dairy_cattle;
            volatile_solids, other_cattle; volatile_solids, poultry; volatile_solids, swine; water_energy;
            weather_adjustment
        """,
        "project_over_baseline": """
            building_retrofit; fertilizer_n2o; industrial_energy_saving_per_output; led_lighting;
            transition_intensity
        """,
        "removals_of_year_per_mu": "*",
        "rising_run": "*; hydro; solar; space_heating",
        "sheet_over_investment": "*",
        "shifted_months": "year",
        "stated_figure": """
            electric, geothermal; electric, grid_renewable; electric, grid_renewable_coal_rate; electric,
            hydro; electric, offshore_wind; electric, solar; electric, solar_thermal; electric,
            waste_heat_recovery; electric, wind; flow, wastewater_treatment; flow, water_saving;
            forest_land, afforestation; forest_land, bamboo; forest_land, forest_stock_change; forest_land,
            reported_removals; heat, fuel_switch; heat, steam_heating; heat, steam_heating_default_factor;
            heat, steam_heating_standard_coal; heat, steam_heating_waste_heat; land, fertilizer_n2o; land,
            rice_methane; line, straw_utilization; places, manure_biogas
        """,
        "steep_run": "*; hydro; space_heating",
        "stock_change_per_area": "*",
        "stock_per_area": """
            *; *, broadleaf_mix; *, chinese_fir; *, conifer_broadleaf_mix; *, conifer_mix; *,
            hard_broadleaf; *, masson_pine; *, slash_pine; *, soft_broadleaf
        """,
        "tonnes_per_investment": """
            *; afforestation; bamboo; building_retrofit; electric_farm_machinery; fertilizer_n2o;
            forest_stock_change; grid_renewable; grid_renewable_coal_rate; led_lighting; manure_biogas;
            rice_methane; rooftop_pv; steam_heating; steam_heating_chp_efficiency; steam_heating_chp_energy;
            steam_heating_chp_heat_ratio; steam_heating_default_factor; steam_heating_standard_coal;
            steam_heating_waste_heat; straw_utilization; wastewater_treatment; water_saving
        """,
        "year_over_design": "*",
        "yuan_per_unit": """
            AED; AUD; CAD; CHF; CNH; DKK; EUR; GBP; HKD; INR; JPY; KRW; MOP; MYR; NOK; NZD; RUB; SAR; SEK;
            SGD; THB; TWD; USD; ZAR
        """,
        "zero_run": "*; space_heating",
    }.items()
}
"""Check, and each `what it holds for, condition`; `*` is whatever no row of its own has."""

LIMITS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    check: tuple(limits.split())
    for limits, checks in {
        "impossible_below impossible_above": """
            electricity_over_capacity heat_over_capacity fuel_over_capacity hours_over_period area_over_land
            head_days_over_places output_over_capacity biomass_change_over_land heat_delivered_over_sent_out
            heat_sent_out_over_boiler_heat nitrogen_per_area electricity_per_wastewater methane_per_wastewater
            electricity_per_room_night stock_change_per_area stock_per_area stated_figure
        """,
        "impossible_above": "flow_over_capacity heat_over_fuel_heat heat_over_energy_bought",
        "impossible_below implausible_below implausible_above impossible_above": "parameter_band yuan_per_unit",
        " ".join(LIMITS): "annual_rate",
        "questionable_below questionable_above implausible_above": "month_over_median",
        "implausible_below questionable_below questionable_above implausible_above": """
            month_over_same_month month_over_peers paired_meters capacity_factor_of_month full_load_hours
            year_over_design heat_over_fuel_of_month electricity_per_heat electricity_per_flow sheet_over_investment
            project_over_baseline
        """,
        "questionable_above implausible_above": """
            after_a_gap rising_run frozen_run zero_run shifted_months heat_over_fuel_of_three_months
            heat_over_capacity_of_month investment_per_capacity investment_of_project balance_over_debt
            measured_over_promised tonnes_per_investment removals_of_year_per_mu
        """,
        "implausible_above": "steep_run",
        "questionable_below": "judging_fewest judging_steep",
        "implausible_below questionable_below": "lamp_hours_a_day few_tonnes_per_investment",
        "questionable_below implausible_above": "lent_over_invested",
    }.items()
    for check in checks.split()
}
"""Check, and the limits by which it refuses, withholds or asks: with `none` in their place it would let all pass."""

WITHOUT_LIMITS: Final = (("zero_run", "space_heating"), ("steep_run", "hydro"), ("steep_run", "space_heating"))
"""Check, and what it does not judge: summers without heat, rivers that run dry."""
