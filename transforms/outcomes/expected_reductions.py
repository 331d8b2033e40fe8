"""What a transition plan promises for a year between its base year and its target year.

Equation   EER(y) = (E_base - E_target) / (y_target - y_base) x (y - y_base)    [tCO2e]
Source     PCAF (2025) Financed avoided emissions and forward-looking metrics: expected emission reductions; the bank's
           part is EER x the attribution factor of that year
"""


def expected_emission_reduction(
    base_tco2e: float, target_tco2e: float, base_year: int, target_year: int, year: int
) -> float:
    """Return the reduction in tCO2e that the straight line from base to target expects in `year`.

    Negative where the plan lets emissions grow. Raises ValueError for a year outside the plan: nothing is
    extrapolated.
    """
    if not base_year < target_year:
        raise ValueError(f"target year {target_year} does not lie after base year {base_year}: state both again")
    if not base_year <= year <= target_year:
        raise ValueError(f"year {year} lies outside the plan, {base_year} to {target_year}: ask for a year inside it")
    return (base_tco2e - target_tco2e) / (target_year - base_year) * (year - base_year)
