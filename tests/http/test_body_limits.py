"""Bodies have an end, whatever way they come in and whatever they claim to be."""

from collections.abc import AsyncIterator

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.http.fronts import at
from tests.http.test_the_first_sale import a_person

Client = AsyncTestClient[Litestar]
CHUNK = b"x" * 16_384
DOORS = {
    "/api/v1/orders": 256 * 1024,
    "/api/v1/auth/login": 256 * 1024,
    "/api/v1/cart/items": 256 * 1024,
    "/api/v1/webhooks/stripe": 2**20,
    "/api/v1/payments/webhook": 2**20,
}
"""How much each takes."""


class Endless:
    """A body in chunks, without a length, that counts how much of it was taken."""

    def __init__(self) -> None:
        self.taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.taken < 100 * 2**20:
            self.taken += len(CHUNK)
            yield CHUNK


@pytest.mark.parametrize("media_type", ["application/json", "application/x-www-form-urlencoded"])
async def test_a_body_without_a_length_is_not_read_to_its_end(
    client: Client, media_type: str
) -> None:
    buyer = await a_person(client, "buyer@example.com")
    headers = {"Authorization": f"Bearer {buyer}", "Content-Type": media_type}
    for path, bytes_max in DOORS.items():
        body = Endless()

        async with at(client, "192.0.2.1") as there:
            answer = await there.post(path, headers=headers, content=aiter(body))

        assert answer.status_code == 413, (path, answer.text)
        assert answer.json()["code"] == "body_too_large"
        assert body.taken <= bytes_max + len(CHUNK), path


async def test_a_body_with_a_length_is_refused_for_it(client: Client) -> None:
    buyer = await a_person(client, "buyer@example.com")
    headers = {"Authorization": f"Bearer {buyer}", "Content-Type": "application/json"}
    for path, bytes_max in DOORS.items():
        answer = await client.post(path, headers=headers, content=b"x" * (bytes_max + 1))

        assert answer.status_code == 413, path
        assert answer.json()["code"] == "body_too_large"


async def test_a_body_of_parts_has_an_end_too(client: Client) -> None:
    files = {f"file{number}": b"y" * 20_000 for number in range(20)}

    answer = await client.post("/api/v1/auth/login", files=files)

    assert answer.status_code in (413, 400, 415)


@pytest.mark.parametrize("opening", ["[", '{"buyer":', '{"items":['])
async def test_depth_is_refused_and_breaks_nothing(client: Client, opening: str) -> None:
    """Also where a guest's key is looked for in the body before anything else."""
    buyer = await a_person(client, "buyer@example.com")
    body = (opening * (200_000 // len(opening))).encode()
    for path in ("/api/v1/orders", "/api/v1/auth/login", "/api/v1/cart/items"):
        for who in ({"Authorization": f"Bearer {buyer}"}, {"Idempotency-Key": "deep-body"}):
            answer = await client.post(
                path, headers=who | {"Content-Type": "application/json"}, content=body
            )

            assert answer.status_code == 400, (path, answer.text)
            assert answer.json()["code"] == "malformed_request"
