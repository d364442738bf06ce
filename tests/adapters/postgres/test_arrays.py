"""Packed columns arrive as what they were."""

from struct import error
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.arrays import (
    JsonArray,
    PackedArray,
    blobs,
    integers,
    longs,
    one_document,
    shorts,
    texts,
    uuids,
)

ID = uuid4()


@pytest.mark.parametrize(
    ("packed", "arrived"),
    [
        (uuids([ID, UUID(int=0)]), [ID, UUID(int=0)]),
        (uuids([ID, None]), [ID, None]),
        (uuids([]), []),
        (texts(["Łódź", "", 'a"b{},\\', None]), ["Łódź", "", 'a"b{},\\', None]),
        (integers([0, -1, 2**31 - 1, -(2**31)]), [0, -1, 2**31 - 1, -(2**31)]),
        (longs([0, 2**63 - 1, -(2**63)]), [0, 2**63 - 1, -(2**63)]),
        (shorts([0, 32767, -32768]), [0, 32767, -32768]),
        (blobs([b"", b"\x00\xff"]), [b"", b"\x00\xff"]),
        (JsonArray([one_document(b'{"a": [1, null]}')]), [{"a": [1, None]}]),
    ],
)
async def test_columns_arrive(
    engine: AsyncEngine, packed: PackedArray, arrived: list[object]
) -> None:
    async with engine.connect() as held:
        connection = (await held.get_raw_connection()).driver_connection
        assert connection is not None
        cursor = await connection.execute("select %s", [packed])
        [row] = await cursor.fetchall()

    assert row[0] == arrived


def test_what_does_not_fit_is_not_packed() -> None:
    with pytest.raises(error):
        integers([2**31])
