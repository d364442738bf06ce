"""Packed columns arrive as what they were."""

from datetime import UTC, datetime, timedelta, timezone
from struct import error
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.arrays import (
    PackedArray,
    blobs,
    documents,
    instants,
    integers,
    longs,
    shorts,
    texts,
    uuids,
)

ID = uuid4()
AT = datetime(2026, 11, 21, 23, 59, 59, 999_999, tzinfo=timezone(timedelta(hours=2)))
BEFORE = datetime(1969, 12, 31, 23, 59, 59, 1, tzinfo=UTC)


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
        (integers([1, None]), [1, None]),
        (longs([None, 1]), [None, 1]),
        (shorts([None]), [None]),
        (blobs([None, b"x"]), [None, b"x"]),
        (instants([AT, BEFORE, None]), [AT, BEFORE, None]),
        (documents([b'{"a": [1, null]}']), [{"a": [1, None]}]),
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
