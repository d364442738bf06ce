"""What could carry one tenant's data to another: lists, caches, keys, errors."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient
from msgspec.json import encode
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from adapters.postgres.database import Database
from adapters.postgres.transaction import PostgresTransaction
from application.shared.paging import PlainCursors
from application.shared.scope import organizations
from domain.shared.ids import OrganizationId
from tests.beyond import all_rows
from tests.http.test_the_first_sale import a_person, an_event, call

Client = AsyncTestClient[Litestar]

CANARY = "Zaphkiel"
"""In every name that Folk gives."""


@dataclass(frozen=True)
class Pair:
    """Rock asks; Folk has a draft, a pool, a code, a scanner and an order, none of them public."""

    rock: str
    rocks: str
    folk: str
    folks: str
    draft: dict[str, Any]
    order: str


@pytest_asyncio.fixture(loop_scope="session")
async def pair(client: Client) -> Pair:
    rock, folk = [await a_person(client, f"{name}@example.com") for name in ("rock", "folk")]
    mine, _ = await an_event(client, rock)
    rocks = (await call(client, "GET", "/organizations", rock))["items"][0]["id"]
    assert mine
    _, sold = await an_event(client, folk)
    folks = sold["organizationId"]
    draft = await call(
        client,
        "POST",
        "/events",
        folk,
        {
            "organizationId": folks,
            "name": f"{CANARY} draft",
            "category": "concert",
            "startDatetime": "2026-06-02T20:00:00+02:00",
            "endDatetime": "2026-06-02T23:00:00+02:00",
            "timezone": "Europe/Warsaw",
            "capacity": 100,
            "currency": "USD",
        },
        201,
    )
    pool = {"name": f"{CANARY} pool", "quantity": 5}
    await call(client, "POST", f"/events/{draft['id']}/pools", folk, pool, 201)
    code = {
        "organizationId": folks,
        "code": CANARY.upper(),
        "discountType": "percentage",
        "discountValue": "10",
    }
    await call(client, "POST", "/promo-codes", folk, code, 201)
    scanner = {"organizationId": folks, "name": f"{CANARY} door"}
    await call(client, "POST", "/scanners/register", folk, scanner, 201)
    wish = {"items": [{"ticketTypeId": sold["id"], "quantity": 1}]}
    order = await call(client, "POST", "/orders", folk, wish, 201)
    return Pair(rock, rocks, folk, folks, draft, order["id"])


LISTS = ("/orders", "/payments", "/tickets", "/promo-codes", "/scanners", "/scanners/logs")


@pytest.mark.parametrize("path", LISTS)
async def test_a_list_has_nothing_of_others(client: Client, pair: Pair, path: str) -> None:
    """TN-04: asked for another's, searched for, and from a place in another's list."""
    of_others = await client.get(
        f"/api/v1{path}",
        params={"organizationId": pair.folks},
        headers={"Authorization": f"Bearer {pair.rock}"},
    )
    assert of_others.status_code in (403, 404)
    for asked in ({}, {"organizationId": pair.rocks}):
        for place in (None, UUID(pair.order), UUID(int=2**128 - 1)):
            cursor = {} if place is None else {"cursor": PlainCursors().seal(encode(place))}
            answer = await client.get(
                f"/api/v1{path}",
                params=asked | cursor,
                headers={"Authorization": f"Bearer {pair.rock}"},
            )
            assert answer.status_code == (400 if cursor else 200), answer.text
            assert CANARY.lower() not in answer.text.lower()
            assert pair.folks not in answer.text


@pytest.mark.parametrize("path", LISTS)
async def test_a_cursor_that_was_tampered_with_is_refused(
    client: Client, pair: Pair, path: str
) -> None:
    answer = await client.get(
        f"/api/v1{path}",
        params={"organizationId": pair.rocks, "cursor": "' or true --"},
        headers={"Authorization": f"Bearer {pair.rock}"},
    )

    assert answer.status_code == 400


async def test_a_search_does_not_find_what_others_have_not_published(
    client: Client, pair: Pair
) -> None:
    """TN-04: by word, by organisation, by id; the owner finds it, so the search works."""
    searched = f"/events?q={CANARY}"
    owners = await call(client, "GET", searched, pair.folk)
    strangers = [await call(client, "GET", searched, token) for token in (pair.rock, "")]
    listed = await call(client, "GET", f"/events?organizationId={pair.folks}", pair.rock)

    assert [one["id"] for one in owners["items"]] == [pair.draft["id"]]
    assert [page["items"] for page in strangers] == [[], []]
    assert CANARY not in str(listed)
    for part in ("", "/pools", "/ticket-types"):
        path = f"/events/{pair.draft['id']}{part}"
        refused = await call(client, "GET", path, pair.rock, expect=404)
        assert CANARY not in str(refused)


async def test_what_a_member_read_is_not_kept_for_the_public(client: Client, pair: Pair) -> None:
    """TN-09: nor does an ETag tell that there is something."""
    path = f"/api/v1/events/{pair.draft['id']}"
    headers = {"Authorization": f"Bearer {pair.folk}"}
    member = await client.get(path, headers=headers)
    tag = member.headers.get("etag", '"none"')

    for asking in ({}, {"Authorization": f"Bearer {pair.rock}"}):
        answer = await client.get(path, headers={**asking, "If-None-Match": tag})
        assert answer.status_code == 404
    assert member.status_code == 200


async def test_a_key_is_its_owners(client: Client, pair: Pair) -> None:
    """TN-09: the same Idempotency-Key of two people is two requests."""
    made = []
    for token, owner in ((pair.rock, pair.rocks), (pair.folk, pair.folks)):
        answer = await client.post(
            "/api/v1/venues",
            json={
                "organizationId": owner,
                "name": "Hall",
                "address": {"line1": "Street 1", "city": "Town", "country": "PL"},
                "capacity": 10,
                "timezone": "Europe/Warsaw",
            },
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "same-key-123456"},
        )
        assert answer.status_code == 201, answer.text
        made.append(answer.json()["organizationId"])

    assert made == [pair.rocks, pair.folks]


async def test_an_error_of_the_database_repeats_no_row(postgres: Database) -> None:
    """TN-10: with row-level security PostgreSQL leaves the row out of what it says.

    The control is somebody whom it does not bind.
    """
    owner, name = OrganizationId(uuid4()), f"{CANARY} hall"
    world = (
        "insert into organizations (id, name, slug, type, status, default_currency,"
        " service_fee_percent, service_fee_fixed, created_at, updated_at, version)"
        f" values ('{owner}', 'Org', 'org', 'promoter', 'active', 'EUR', 0, 0, now(), now(), 1)"
    )
    wrong = (
        "insert into venues (organization_id, id, name, address, capacity, timezone, metadata,"
        " created_at, updated_at, version)"
        f" values ('{owner}', gen_random_uuid(), '{name}', '{{}}', 0, 'UTC', '{{}}',"
        " now(), now(), 1)"
    )
    async with all_rows(postgres) as connection:
        await connection.execute(text(world))

    async with postgres.beginner(PostgresTransaction)(organizations([owner])) as tx:
        with pytest.raises(IntegrityError) as told:
            await tx.connection.execute(text(wrong))
        assert name not in str(told.value.orig)
        await tx.connection.rollback()
    async with all_rows(postgres) as connection:
        with pytest.raises(IntegrityError) as control:
            await connection.execute(text(wrong))
        assert name in str(control.value.orig)
        await connection.rollback()
