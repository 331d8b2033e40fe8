"""The formula of every way to a figure, in one line and in the reader's language."""

from transforms.methods.catalog import METHODS
from transforms.methods.engine.emission_reductions import OWN_FIGURE
from transforms.methods.engine.lines import LEFT, Line
from transforms.methods.engine.render import Lang, Text, in_one_line
from transforms.methods.engine.tree import read_back


def printed_formula(method: str, method_kind: str, lang: Lang) -> str | None:
    """Return the line of a method id of data/reference/methods.toml; None where no formula exists."""
    if method_kind == "formula":
        return in_one_line(METHODS[method], lang)
    return Text(lang).line(Line(LEFT, read_back(OWN_FIGURE))) if method_kind == "reported" else None
