"""Nobody sets what is not theirs to set by naming it: every write refuses fields that it does not
know, and nothing is written (TN-02).
"""

from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.http.isolation.conftest import Town
from tests.http.isolation.ledger import Connection, holdings
from tests.http.repeating import RECIPES, Write
from tests.http.test_every_write_repeats import WRITES

Client = AsyncTestClient[Litestar]

FORBIDDEN: dict[str, Any] = {
    "organization_id": str(UUID(int=1)),
    "org_id": str(UUID(int=1)),
    "id": str(UUID(int=1)),
    "isAdmin": True,
    "is_platform_admin": True,
    "isPlatformAdmin": True,
    "paidAt": "2026-01-01T00:00:00Z",
    "total": "0.00",
    "totalAmount": "0.00",
    "sold": 0,
    "held": 0,
    "quantitySold": 0,
    "createdAt": "2020-01-01T00:00:00Z",
    "erasedAt": "2020-01-01T00:00:00Z",
    "version": 1,
    "emailVerifiedAt": "2020-01-01T00:00:00Z",
    "passwordHash": "x",
}
TAKES = {
    "update_user": {"isPlatformAdmin"},
}
"""What an operation takes after all, for those who may."""


def _takes_json(name: str) -> bool:
    return "application/json" in WRITES[name].get("requestBody", {}).get("content", {})


@pytest.mark.parametrize("name", sorted(name for name in RECIPES if _takes_json(name)))
async def test_fields_that_are_not_the_clients_are_refused(
    name: str, town: Town, client: Client, owner_connection: Connection
) -> None:
    world = town.house
    write = await RECIPES[name](world)
    before = holdings(owner_connection, world.organization)

    for field, value in FORBIDDEN.items():
        if field in TAKES.get(name.partition("__alias_")[0], ()) or field in (write.json or {}):
            continue
        body = (write.json or {}) | {field: value}
        answer = await Write(write.method, write.path, write.token, body, write.headers).send(
            client
        )

        assert answer.status_code == 400, f"{field}: {answer.status_code} {answer.text}"
        assert answer.json()["code"] == "malformed_request", answer.text
        assert field in answer.text
    assert holdings(owner_connection, world.organization) == before
