"""What a column of remarks says of its row's amounts: that they are in another unit, or were not moved yet."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from transforms.deliveries.beside import in_passing
from transforms.deliveries.bodies import Body
from transforms.deliveries.headers import Aliases, known_headers
from transforms.deliveries.marks import Column, Mark
from transforms.deliveries.statements import plain
from transforms.deliveries.unit_rows import NOTHING

REMARKS: Final = re.compile(r"备\s*注|说明|附注|remarks?|notes?", re.IGNORECASE)
NOT_DONE: Final = re.compile(
    r"^(?:预计|拟|计划|待|未|尚未|暂未)(?:于.{0,12})?(?:归还|偿还|还款|还本|发放|放款|投放|提款|到账|入账)|(?:未|待)(?:还|放|发放|放款|还款|到账|入账)$"
    r"|预估|暂估|not yet|^(?:planned|expected)\b",
    re.IGNORECASE,
)
"""未放款, 预计还款; not 按计划还款."""


def remark_marks(
    table: str, header: Sequence[str], columns: Sequence[Column], body: Body, aliases: Aliases
) -> Iterator[Mark]:
    """Yield the amounts of money of rows whose remarks name another unit, and of entries that were not booked yet."""
    known = {column.at for column in columns}
    places = [at for at, cell in enumerate(header) if at not in known and REMARKS.fullmatch(plain(cell))]
    money = [
        (column, known_headers(table, [column.header], aliases)[0].scale)
        for column in columns
        if column.dtype.base_type() == pl.Decimal
    ]
    for place, fields in zip(body.places, body.rows, strict=True) if money and places else ():
        for at in places:
            text = plain(fields[at])
            units = [found for found in in_passing([("", text)], aliases) if found.of == "money"]
            for column, scale in money:
                if plain(fields[column.at]) in NOTHING:
                    continue
                if any(unit.scale != scale or unit.currency not in {"", "CNY"} for unit in units):
                    yield (
                        place.line,
                        column.name,
                        "unit_in_remark",
                        (
                            f"{column.name} {fields[column.at]} is read in {column.unit or '元'}, and a remark says "
                            f"'{text}'; write it in that unit, without these words"
                        ),
                    )
                elif table == "ledger" and NOT_DONE.search("".join(text.split())):
                    yield (
                        place.line,
                        column.name,
                        "not_done_yet",
                        (f"{header[at]} says '{text}': an entry is what was drawn or repaid; send it once it is"),
                    )
