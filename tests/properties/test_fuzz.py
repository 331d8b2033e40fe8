"""Whatever a sender's file has become on its way: it is read or refused, and no row is lost (make fuzz: 20,000)."""

from flows.forms.readers import read_grids
from tests.properties.fuzz import damaged_delivery, run, valid_deliveries


def test_the_deliveries_that_are_damaged_can_be_read_before() -> None:
    assert all(len(grid.rows) > 12 for name, content in valid_deliveries() for grid in read_grids(content, name))


def test_the_same_seed_and_number_give_the_same_file() -> None:
    assert [damaged_delivery(5, number) for number in range(20)] == [
        damaged_delivery(5, number) for number in range(20)
    ]


def test_eighty_damaged_deliveries_are_read_or_refused() -> None:
    counts, troubles = run(80, seed=7)
    assert troubles == []
    assert min(counts["read"], counts["refused"]) > 15
