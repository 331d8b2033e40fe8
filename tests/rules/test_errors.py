"""Every error says what is wrong, where, what was available and what to do."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from schemas import errors
from schemas.errors import EnvironmentFailure, GreenloanError, RefusedToPublish, UsageError

CHECKOUT: Final = Path(__file__).resolve().parents[2]


def family(error: type[GreenloanError] = GreenloanError) -> list[type[GreenloanError]]:
    return [error, *(member for child in error.__subclasses__() for member in family(child))]


@pytest.mark.parametrize("error", family())
def test_an_error_names_what_where_what_was_available_and_what_to_do(error: type[GreenloanError]) -> None:
    raised = error("the file is empty", where="ledger.csv", available="0 rows", remedy="deliver it again")
    assert (raised.what, raised.where, raised.available, raised.remedy) == (
        "the file is empty",
        "ledger.csv",
        "0 rows",
        "deliver it again",
    )
    for part in ("the file is empty", "ledger.csv", "0 rows", "deliver it again"):
        assert part in str(raised)


@pytest.mark.parametrize("missing", ["where", "available", "remedy"])
def test_an_error_cannot_be_raised_without_one_of_them(missing: str) -> None:
    parts = {"where": "here", "available": "nothing", "remedy": "wait"}
    with pytest.raises(TypeError):
        GreenloanError("it broke", **{name: text for name, text in parts.items() if name != missing})


def test_the_exit_codes_are_those_of_the_contract() -> None:
    assert (UsageError.exit_code, RefusedToPublish.exit_code, EnvironmentFailure.exit_code) == (2, 1, 3)
    assert {error.exit_code for error in family()} == {1, 2, 3}


def test_the_tree_is_drawn_at_the_top_of_its_module_and_every_member_says_what_it_is() -> None:
    for error in family():
        assert error.__name__ in (errors.__doc__ or "")
        assert error.__doc__


def raised_errors() -> Iterator[tuple[Path, ast.Call]]:
    """Every place of the program that raises one of ours."""
    names = {error.__name__ for error in family()}
    for room in ("schemas", "transforms", "reports", "flows"):
        for path in sorted((CHECKOUT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Raise)
                    and isinstance(node.exc, ast.Call)
                    and getattr(node.exc.func, "id", "") in names
                ):
                    yield path, node.exc


def test_no_place_that_raises_leaves_a_part_empty() -> None:
    places = list(raised_errors())
    assert places
    for path, call in places:
        parts = {keyword.arg: keyword.value for keyword in call.keywords}
        assert set(parts) == {"where", "available", "remedy"}, f"{path}:{call.lineno}"
        assert not [name for name, value in parts.items() if isinstance(value, ast.Constant) and not value.value], path


def test_whoever_catches_everything_raises_it_again_but_for_the_last_net_of_the_command_line() -> None:
    """A broad `except` swallows the very error that would have explained it."""
    rooms = [CHECKOUT / room for room in ("schemas", "transforms", "reports", "flows")]
    for path in sorted(path for room in rooms for path in room.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                assert node.type is not None, f"{path}:{node.lineno}"
                is_broad = getattr(node.type, "id", None) in {"Exception", "BaseException"}
                if is_broad and path.name != "cli.py":
                    assert any(isinstance(inner, ast.Raise) for inner in ast.walk(node)), f"{path}:{node.lineno}"
