"""English in Chinese sentences: two words of it side by side, names, ids and units aside."""

import re
from typing import Final

from tests.integration.program import Home

_WORD: Final = r"(?<![\w./:{-])[A-Za-z]?[a-z]{2,}(?![\w./:=}-])"
PHRASE: Final = re.compile(rf"{_WORD}(?:[ ,;]+{_WORD})+")
"""Not MWh, CDM nor steam_heating."""

TEXTS: Final = """SELECT table_schema || '.' || table_name AS name, column_name AS "column"
    FROM information_schema.columns WHERE regexp_matches(column_name, '_zh$') AND data_type = 'VARCHAR' ORDER BY ALL"""
SENT: Final = """SELECT unnest([source, locator, description]) AS words FROM core.parameters
    WHERE parameter_status = 'delivered' UNION ALL SELECT value FROM ops.rejected_rows"""


def english_words(text: str, *quoted: str) -> list[str]:
    """Return the English phrases of a Chinese text; quoted: what senders wrote, which is kept as they wrote it."""
    for one in sorted(quoted, key=len, reverse=True):
        text = text.replace(one, "")
    return PHRASE.findall(text)


def english_in_chinese(home: Home) -> list[tuple[str, list[str]]]:
    """Return the columns of Chinese with the English in them, but for what senders wrote themselves."""
    sent = [str(row["words"]) for row in home.rows(SENT) if row["words"]]
    texts = (
        (f"{place['name']}.{place['column']}", str(row["words"]))
        for place in home.rows(TEXTS)
        for row in home.rows(f"SELECT DISTINCT {place['column']} AS words FROM {place['name']}")
    )
    return [(name, words) for name, text in texts if (words := english_words(text, *sent))]
