"""Venues as clients meet them."""

from litestar import Litestar
from litestar.testing import AsyncTestClient


async def test_an_unknown_venue_is_not_found(client: AsyncTestClient[Litestar]) -> None:
    response = await client.get("/api/v1/venues/01a1fc63-64c1-74f7-97de-51ec22915226")

    assert response.status_code == 404
    assert response.json()["code"] == "venue_not_found"
