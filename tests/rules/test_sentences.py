"""Each flag and gate has a sentence in both languages, each sentence its own, and each place of a sentence a fact."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from flows.gates.comparisons import comparisons
from flows.gates.judged import INVARIANTS, Gate
from flows.published.needs import ENDED
from flows.published.wording import SENTENCES as OF_STATUS
from flows.reference.places import PLACES_OF_FLAGS, PLACES_OF_GATES, PLACES_OF_SENTENCES, RULES_OF_REFUSALS
from flows.reference.tables import flag_sentences, printed_sentences, read_reference
from schemas.deliveries import DELIVERIES
from schemas.words.editions import EDITION_REASONS, EDITION_STATES
from schemas.words.statuses import STATUSES
from tests.makers import KNOWN_AT
from transforms.ground.reference import OF_FIGURES
from transforms.ground.sentences import PLACE
from transforms.judging.companions import PAIRS

CHECKOUT: Final = Path(__file__).resolve().parents[2]
SENTENCES: Final = flag_sentences()
OWN: Final = {"wording", "dated"}
CALL: Final = re.compile(r"\b(?:flags|notice)\(")


class Raised(NamedTuple):
    """A call of `flags` or `notice`: where, the name of its sentence, and the facts that fill it."""

    where: str
    wording: str
    facts: set[str]


def raised() -> Iterator[Raised]:
    for path in sorted(path for room in ("transforms", "flows") for path in (CHECKOUT / room).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text if CALL.search(text) else "")):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"flags", "notice"}:
                of_table = node.args[1:] if node.func.id == "flags" else [*node.args, ast.Constant("subject")]
                code, _, *columns = [ast.literal_eval(argument) for argument in of_table]
                others = {str(word.arg): word.value for word in node.keywords}
                wording = ast.literal_eval(others["wording"]) if "wording" in others else code
                yield Raised(f"{path.name}:{node.lineno}", wording, {*columns, *others} - OWN)


FLAGS: Final = list(raised())


@pytest.mark.parametrize("flag", FLAGS, ids=lambda flag: flag.wording)
def test_a_flag_has_a_sentence_in_both_languages_whose_places_are_its_facts(flag: Raised) -> None:
    assert flag.wording in SENTENCES, f"{flag.where}: data/reference/flags.toml has no [{flag.wording}]"
    places = {language: set(PLACE.findall(SENTENCES[flag.wording][language])) for language in ("en", "zh")}
    for language, named in places.items():
        assert named <= flag.facts, f"{flag.where}: {language} names {named - flag.facts}, which the flag does not give"
    assert flag.facts == places["en"] | places["zh"], f"{flag.where}: a fact that no sentence names"


def test_a_sentence_belongs_to_a_flag() -> None:
    assert set(SENTENCES) == {flag.wording for flag in FLAGS}


def test_the_check_of_the_tables_knows_the_places_that_the_program_fills() -> None:
    assert {name: set(places.replace("?", "").split()) for name, places in PLACES_OF_FLAGS.items()} == {
        flag.wording: flag.facts for flag in FLAGS
    }
    assert {name: set(places.split()) for name, places in PLACES_OF_GATES.items()} == {
        gate.name: set(gate.facts) for gate in GATES
    }


def test_no_sentence_is_the_same_twice() -> None:
    for language in ("en", "zh"):
        texts = [sentence[language] for sentence in SENTENCES.values()]
        assert len(set(texts)) == len(texts)


GATES: Final = (*INVARIANTS, *comparisons(read_reference().gates, KNOWN_AT))
OF_GATES: Final = read_reference().gates["sentences"]


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_a_gate_has_a_sentence_in_both_languages_whose_places_are_its_thresholds(gate: Gate) -> None:
    for language in ("en", "zh"):
        text = OF_GATES[gate.name][language]
        assert set(PLACE.findall(text)) == set(gate.facts)
        assert "{" not in gate.expected(text)


def test_a_sentence_beside_a_figure_is_in_both_languages_and_names_what_fills_it() -> None:
    held = printed_sentences()
    kinds = {metric["kind"] for metric in read_reference().metrics.values() if "kind" in metric}
    asked = {**PLACES_OF_SENTENCES, **{f"every_{kind}": "" for kind in kinds}}
    assert set(held) == set(asked)
    for name, texts in held.items():
        places = {language: set(PLACE.findall(text)) for language, text in texts.items()}
        assert set(places) == {"en", "zh"}
        assert places["en"] | places["zh"] == set(asked[name].split()), name


JUDGING: Final = CHECKOUT / "transforms" / "judging"
OF_A_STATUS: Final = {"measured", "reported"}
"""Figures of a year are named by their status."""


def figures_in(path: Path) -> Iterator[str]:
    """The names of the figures that a module's checks look at: figure=pl.lit("x"), over("x", "y")."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "over":
            yield from (str(one.value) for one in node.args if isinstance(one, ast.Constant))
        if isinstance(node, ast.keyword) and node.arg == "figure" and ast.unparse(node.value).startswith("pl.lit("):
            yield str(ast.literal_eval(node.value.args[0]))  # type: ignore[attr-defined]


def test_a_figure_of_a_finding_is_named_in_both_languages_and_no_name_is_left_over() -> None:
    meters = {name for pair in PAIRS for name in pair[:2]}
    looked_at = {name for path in JUDGING.glob("*.py") for name in figures_in(path)} | meters | OF_A_STATUS
    names = read_reference().figure_names
    assert looked_at <= set(names)
    assert {name for name in names if f"{OF_FIGURES}{name}" in read_reference().sentences} <= looked_at


OF_CHECKS: Final = {check.name for contract in DELIVERIES.values() for check in contract.to_schema().checks}
READERS: Final = ("transforms/deliveries", "transforms/ground")
BUILT: Final = {"other", "unknown_project_id", "unknown_loan_id"}
"""Sentences whose names are not written out where rows are refused."""


def words_in(*rooms: str) -> set[str]:
    """Every text in the code of the rooms."""
    paths = [path for room in rooms for path in (CHECKOUT / room).rglob("*.py")]
    nodes = (node for path in paths for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def rules_in(path: Path) -> Iterator[str]:
    """The rules that a module names: rule="x" or rule=pl.lit("x"); a column's name is none."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.keyword) and node.arg == "rule":
            value = node.value.args[0] if isinstance(node.value, ast.Call) and node.value.args else node.value
            if isinstance(value, ast.Constant) and value.value not in {"check_id", "its_rule"}:
                yield str(value.value)


def test_every_rule_that_refuses_a_row_has_a_chinese_sentence_and_no_sentence_is_left_over() -> None:
    outputs, sentences = read_reference().outputs, set(read_reference().refusals)
    of_tables = {bound.get("rule", bound["check_id"]) for bound in outputs["bounds"].values()} | set(outputs["ratios"])
    named = {rule for room in READERS for path in (CHECKOUT / room).rglob("*.py") for rule in rules_in(path)}
    assert named | OF_CHECKS | of_tables <= sentences == RULES_OF_REFUSALS
    assert sentences <= words_in(*READERS) | OF_CHECKS | of_tables | BUILT


def test_a_sentence_belongs_to_a_gate() -> None:
    assert set(OF_GATES) == {gate.name for gate in GATES}


def worded_in(path: Path) -> Iterator[Raised]:
    """Each sentence of status that a module names: wording("x", fact=...), in_both(SENTENCES["x"], fact=...).

    wording(f"x_{word}") names all that begin so.
    """
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"wording", "in_both"}:
            named = node.args[0]
            either = [named.body, named.orelse] if isinstance(named, ast.IfExp) else [named]
            names = [one.slice if isinstance(one, ast.Subscript) else one for one in either]
            facts = {str(word.arg) for word in node.keywords}
            yield from (Raised(f"{path.name}:{node.lineno}", one, facts) for name in names for one in named_by(name))


def named_by(name: ast.expr) -> list[str]:
    if not isinstance(name, ast.JoinedStr):
        return [str(ast.literal_eval(name))]
    beginning = str(ast.literal_eval(name.values[0]))
    return [one for one in OF_STATUS if one.startswith(beginning)]


WORDED: Final = [one for path in (CHECKOUT / "flows" / "published").rglob("*.py") for one in worded_in(path)]


@pytest.mark.parametrize("one", WORDED, ids=lambda one: one.wording)
def test_a_sentence_of_status_is_in_both_languages_and_names_what_fills_it(one: Raised) -> None:
    for language in ("en", "zh"):
        assert set(PLACE.findall(OF_STATUS[one.wording][language])) == one.facts, one.where


def test_a_reason_and_a_state_of_an_edition_have_a_sentence_each_and_none_is_left_over() -> None:
    of_editions = {name for name in OF_STATUS if name.startswith("edition_")}
    assert of_editions == {f"edition_{word}" for word in (*EDITION_REASONS, *EDITION_STATES)}


def test_every_status_of_a_figure_has_a_name_in_status() -> None:
    assert {name for name in OF_STATUS if name.startswith("status_")} == {f"status_{word}" for word in STATUSES}


def test_a_file_refused_whole_is_called_so_once_in_chinese() -> None:
    """The reason of its refusal says it (refusals.toml), what is around it does not."""
    assert read_reference().refusals["unreadable_file"]["zh"].startswith("整份未读取")
    around = (OF_STATUS["file_refused"]["zh"], printed_sentences()["seen_refused_whole"]["zh"])
    assert not any("整份" in sentence for sentence in around)


def test_a_sentence_of_status_is_used() -> None:
    """Those of errors are found by what an error says (test_ended_runs.py)."""
    assert {name for name in OF_STATUS if not name.startswith(ENDED)} == {one.wording for one in WORDED}
