"""Who reads Chinese reads no English within a sentence: no conjunction, no name of a reading, no half of a remark."""

from tests.integration.chinese import english_in_chinese
from tests.integration.program import Home


def test_the_sample_book_says_nothing_in_english_where_it_speaks_chinese(sample_home: Home) -> None:
    assert english_in_chinese(sample_home) == []
