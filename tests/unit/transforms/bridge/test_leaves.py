"""What a formula read of each item: its own factor, of the kind that its reading is of."""

import polars as pl

from transforms.bridge.leaves import _by_item
from transforms.methods.catalog import EDITIONS


def test_the_same_fuel_before_and_after_a_retrofit_has_the_factor_of_its_own_kind() -> None:
    """Coal that was burned before counts with 20 GJ/t, coal that is burned now with 19."""
    method = EDITIONS["building_retrofit", "1"]
    kinds = [part.kind for part in method.parts]
    (reading,) = {part.reading for part in method.parts}
    at = {"project_id": "P1", "place": 0, "item": "coal"}
    readings = pl.DataFrame([{**at, "symbol": reading, "kind": kind, "metric": f"of_{kind}"} for kind in kinds])
    of_method = {"method": method.name, "method_edition": method.edition, "symbol": "fuel_ncv_gj_per_fuel_unit"}
    uses = pl.DataFrame(
        [
            {**at, **of_method, "kind": kind, "parameter_id": "fuel_ncv", "scope": "coal", "value": value}
            for kind, value in zip(kinds, (20.0, 19.0), strict=True)
        ]
    )
    found = dict(_by_item(uses, readings).select("metric", "value").iter_rows())
    assert found == {f"of_{kinds[0]}": 20.0, f"of_{kinds[1]}": 19.0}
