"""From a typst template and its data to an archivable, accessible PDF and to PNG pages."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

import typst

from reports.documents import Rendered
from schemas.errors import EnvironmentFailure

TOP: Final = Path(__file__).parent
"""What templates import from by absolute paths: /house/layout.typ."""

FONT_PACKAGES: Final = ("manimgx_fonts_cjk", "pylopdf_fonts_zh_cn")
PAGE_PPI: Final = 150.0


def render(template: Path, data: Mapping[str, object], *, ppi: float = PAGE_PPI) -> Rendered:
    """Compile `template` with `data` as the JSON string `sys.inputs.data`; the same input gives the same bytes.

    The data travel as JSON and are never written into typst source, so no text in them can become markup.
    Nothing of the machine enters: bundled fonts only, no clock (the template sets the document's date).
    Raises EnvironmentFailure where a font is missing or the template does not compile.
    """
    document = json.dumps(data, ensure_ascii=False, allow_nan=False)
    root = TOP if TOP in template.parents else template.parent
    compiler = typst.Compiler(template, root=root, font_paths=_fonts(), sys_inputs={"data": document})
    try:
        pdf, warnings = compiler.compile_with_warnings(format="pdf", pdf_standards=["a-3a", "ua-1"])
        _refuse_missing_fonts(template, warnings)
        pages, _ = compiler.compile_with_warnings(format="png", ppi=ppi)
    except typst.TypstError as error:
        raise _does_not_compile(template, error) from error
    return Rendered(_whole(pdf), _paged(pages))


@cache
def _fonts() -> typst.Fonts:
    folders = [_font_folder(package) for package in FONT_PACKAGES]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)


def _font_folder(package: str) -> str:
    try:
        return str(resources.files(package))
    except ModuleNotFoundError as error:
        raise EnvironmentFailure(
            f"the fonts of the package {package} are not installed",
            where="reports/render.py",
            available="no fonts of the machine are used, so that documents look the same everywhere",
            remedy="install the project with its dependencies",
        ) from error


def _refuse_missing_fonts(template: Path, warnings: list[typst.TypstWarning]) -> None:
    unknown = [warning.message for warning in warnings if "unknown font family" in warning.message]
    if unknown:
        raise EnvironmentFailure(
            "; ".join(unknown),
            where=f"template {template.name}",
            available=", ".join(_fonts().families()),
            remedy="name one of the available families in the template, or bundle the missing font",
        )


def _does_not_compile(template: Path, error: typst.TypstError) -> EnvironmentFailure:
    return EnvironmentFailure(
        f"the template does not compile: {error.message}",
        where=f"template {template.name}",
        available="; ".join(error.hints) or "no hint",
        remedy="correct the template or the data that it is given",
    )


def _whole(output: bytes | list[bytes] | None) -> bytes:
    return b"".join(_paged(output))


def _paged(output: bytes | list[bytes] | None) -> tuple[bytes, ...]:
    return tuple([output] if isinstance(output, bytes) else output or [])
