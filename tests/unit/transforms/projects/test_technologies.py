"""How a plant makes its power is asked for where something rests on it, and only there."""

import pytest

from tests.makers import Row, make_holdings, make_parameter, make_project, parameter_table, reference, written
from transforms.flags.factors import technologies_not_stated
from transforms.projects.scopes import project_scopes

MARGIN = make_parameter()
RESERVOIR = make_parameter(parameter_id="reservoir_ef", value="0")


def flagged(*own: Row, kind: str | None = None, method: str = "grid_renewable") -> list[tuple[str, str]]:
    held = make_holdings([make_project(method=method, realisation_type=kind)])
    parameters = parameter_table(list(own)) if own else reference().parameters
    scopes = project_scopes(held.projects, reference(), parameters)
    found = technologies_not_stated(held, scopes, reference().technologies, parameters)
    return written(found).select("code", "message").rows()


def test_a_plant_with_its_own_margin_and_its_own_reservoir_factor_needs_no_technology() -> None:
    assert flagged(MARGIN, RESERVOIR) == []
    assert flagged(MARGIN, RESERVOIR, kind="Tidal") == []


def test_only_a_plant_that_is_worked_out_is_flagged_as_taken_without_a_reservoir() -> None:
    ((code, message),) = flagged(MARGIN)
    assert (code, message.endswith("taken as without a reservoir")) == ("technology_not_stated", True)
    ((code, message),) = flagged(RESERVOIR)
    assert (code, "no figure" in message) == ("technology_not_stated", True)


def test_an_unknown_technology_is_named() -> None:
    ((code, message),) = flagged(kind="Tidal")
    assert (code, "'Tidal'" in message) == ("technology_not_known", True)


@pytest.mark.parametrize("kind", ["Wind", "光伏", "New dam"])
def test_a_stated_technology_is_not_asked_for(kind: str) -> None:
    assert flagged(kind=kind) == []


@pytest.mark.parametrize("method", ["rooftop_pv", "steam_heating", "grid_renewable_coal_rate", "reported"])
def test_a_method_that_needs_no_technology_is_not_asked_for_one(method: str) -> None:
    assert flagged(method=method) == []
    assert flagged(method=method, kind="Tidal") == []
