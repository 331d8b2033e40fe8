"""The judging process imports of Great Expectations what its gates use."""

import subprocess
import sys
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[4]
IMPORTED: Final = (
    "import sys\n"
    "from flows.gates.great_expectations import OnlyNames, WhenUsed, great_expectations\n"
    "great_expectations()\n"
    "print(*sorted(name for name, one in sys.modules.items() if isinstance(one, OnlyNames | WhenUsed)))\n"
    "print(*sorted({name.partition('.')[0] for name in sys.modules} & {'altair', 'pyspark', 'polars'}))\n"
)


def test_neither_other_sources_than_databases_nor_other_expectations_are_imported() -> None:
    ended = subprocess.run([sys.executable, "-c", IMPORTED], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    placeholders, imported = ended.stdout.splitlines()
    fluent = "great_expectations.datasource.fluent"
    assert {"scipy.stats", f"{fluent}.spark_datasource", f"{fluent}.pandas_datasource"} <= set(placeholders.split())
    assert not [name for name in placeholders.split() if "sql" in name]
    assert imported.split() == ["altair"]
